package dev.millrace.local.mapping;

import dev.millrace.local.kinesis.StreamRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One batch on its way into the function, with AWS's rules: the same records come again after a function error, or, where the
 * function reports a failed record, those from there on; bisected, they come in halves, in order; records too old, or tried too
 * often, are discarded. Nothing is delivered before what comes before it is done.
 */
final class Delivery {
    private final MappingSettings settings;
    private final Deque<Part> parts = new ArrayDeque<>();

    private record Part(List<StreamRecord> records, int retries) {}

    /** Records that were given up. */
    record Discarded(List<StreamRecord> records, String reason) {}

    Delivery(MappingSettings settings, List<StreamRecord> records) {
        this.settings = settings;
        parts.add(new Part(List.copyOf(records), 0));
    }

    boolean isDone() {
        return parts.isEmpty();
    }

    /** What to deliver next. */
    List<StreamRecord> next() {
        return parts.getFirst().records();
    }

    /** How often what comes next has been tried in vain. */
    int retries() {
        return parts.getFirst().retries();
    }

    /**
     * The function has taken the records.
     *
     * @return the sequence number of the last record done
     */
    String succeeded() {
        return last(parts.removeFirst().records());
    }

    /**
     * The function has reported failed records.
     *
     * @param sequenceNumbers theirs
     * @return the sequence number of the last record done, or null where that is none
     */
    @Nullable
    String failedAt(List<String> sequenceNumbers) {
        Part part = parts.removeFirst();
        List<StreamRecord> records = part.records();
        int first = records.size();
        for (String sequenceNumber : sequenceNumbers) {
            first = Math.min(first, indexOf(records, sequenceNumber));
        }
        if (first == 0) {
            parts.addFirst(new Part(records, part.retries() + 1));
            return null;
        }
        parts.addFirst(new Part(records.subList(first, records.size()), 1));
        return records.get(first - 1).sequenceNumber();
    }

    /** An id that is not of the batch makes the whole batch failed. */
    private static int indexOf(List<StreamRecord> records, String sequenceNumber) {
        for (int i = 0; i < records.size(); i++) {
            if (records.get(i).sequenceNumber().equals(sequenceNumber)) {
                return i;
            }
        }
        return 0;
    }

    /** The function has failed as a whole. */
    void failed() {
        Part part = parts.removeFirst();
        List<StreamRecord> records = part.records();
        if (settings.bisectBatchOnFunctionError() && records.size() > 1) {
            // A split does not count as a retry.
            int middle = records.size() / 2;
            parts.addFirst(new Part(records.subList(middle, records.size()), part.retries()));
            parts.addFirst(new Part(records.subList(0, middle), part.retries()));
        } else {
            parts.addFirst(new Part(records, part.retries() + 1));
        }
    }

    /** Gives up the records at the head that are too old or were tried too often; null where there are none. */
    @Nullable
    Discarded discard(long nowMillis) {
        if (parts.isEmpty()) {
            return null;
        }
        Part part = parts.getFirst();
        int attempts = settings.maximumRetryAttempts();
        if (attempts >= 0 && part.retries() > attempts) {
            parts.removeFirst();
            return new Discarded(part.records(), "it was tried " + part.retries() + " times");
        }
        if (settings.maximumRecordAge().isNegative()) {
            return null;
        }
        List<StreamRecord> old = new ArrayList<>();
        for (StreamRecord record : part.records()) {
            long ageMillis = nowMillis - record.approximateArrival().toEpochMilli();
            if (ageMillis <= settings.maximumRecordAge().toMillis()) {
                break;
            }
            old.add(record);
        }
        if (old.isEmpty()) {
            return null;
        }
        parts.removeFirst();
        if (old.size() < part.records().size()) {
            parts.addFirst(
                    new Part(part.records().subList(old.size(), part.records().size()), part.retries()));
        }
        return new Discarded(old, "it is older than " + settings.maximumRecordAge());
    }

    static String last(List<StreamRecord> records) {
        return records.get(records.size() - 1).sequenceNumber();
    }
}
