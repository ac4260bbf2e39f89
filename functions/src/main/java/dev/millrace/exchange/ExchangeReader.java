package dev.millrace.exchange;

import dev.millrace.driver.BatchItem;
import dev.millrace.engine.Exchanged;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Position;
import dev.millrace.engine.Reason;
import dev.millrace.engine.RecordFailure;
import dev.millrace.engine.SourceRecord;
import dev.millrace.plan.Stage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what other stages have sent: each part, and each entry's end, is an item with a sub-sequence number of its own. */
public final class ExchangeReader {
    private static final byte[] NO_DATA = {};

    private final String pipeline;
    private final Stage stage;

    public ExchangeReader(String pipeline, Stage stage) {
        this.pipeline = pipeline;
        this.stage = stage;
    }

    /**
     * The items of a batch. A record that cannot be used fails as a whole, and says why.
     *
     * @param records of the stage's input stream, whole
     * @param shard the routing hashes of the shard that they come from
     * @throws IllegalStateException if a record was packed for another shard (X2)
     */
    public List<BatchItem> items(List<SourceRecord> records, HashRange shard) {
        List<BatchItem> items = new ArrayList<>();
        for (SourceRecord whole : records) {
            try {
                PackedRecord packed = checked(PackedRecord.decode(whole.data()));
                checkRange(packed, shard, whole);
                addItems(packed, whole, items);
            } catch (UnreadablePackedRecordException e) {
                items.add(BatchItem.failed(whole, failure(String.valueOf(e.getMessage()), e)));
            } catch (RecordFailure e) {
                items.add(BatchItem.failed(whole, e));
            }
        }
        return items;
    }

    private PackedRecord checked(PackedRecord packed) {
        String from = packed.from().stage();
        if (!packed.pipeline().equals(pipeline) || !packed.stage().equals(stage.name())) {
            throw failure(
                    "it was sent to stage '" + packed.stage() + "' of pipeline '" + packed.pipeline() + "'", null);
        }
        if (!stage.upstreams().contains(from)) {
            throw failure(
                    "it comes from stage '" + from + "', and those that send to this stage are "
                            + String.join(", ", stage.upstreams()),
                    null);
        }
        return packed;
    }

    private RecordFailure failure(String problem, @Nullable Throwable cause) {
        return RecordFailure.untimed(
                Reason.UNDECODABLE,
                "a record of internal stream '" + stage.inputStream() + "' cannot be used by stage '" + stage.name()
                        + "': " + problem,
                cause);
    }

    private void checkRange(PackedRecord packed, HashRange shard, SourceRecord whole) {
        HashRange range = packed.range();
        if (!shard.contains(range.first()) || !shard.contains(range.last())) {
            Position position = whole.position();
            String record = position == null ? "what was sent past" : "record " + position.sequenceNumber() + " of";
            throw new IllegalStateException(record + " internal stream '"
                    + stage.inputStream() + "' was packed for the hash range " + range.first() + " to " + range.last()
                    + ", and this shard has " + shard.first() + " to " + shard.last()
                    + ": the stream was resharded, or recreated with another number of shards. Its number of shards is"
                    + " fixed when the pipeline is deployed: give it back the shards that it had");
        }
    }

    private static void addItems(PackedRecord packed, SourceRecord whole, List<BatchItem> items) {
        List<Exchanged> all = packed.exchanged();
        if (all.isEmpty()) {
            items.add(BatchItem.empty(whole));
        }
        for (int i = 0; i < all.size(); i++) {
            Exchanged exchanged = all.get(i);
            byte[] data =
                    exchanged instanceof Exchanged.OfPart part ? part.part().accumulator() : NO_DATA;
            Position of = whole.position();
            Position position = of == null ? null : new Position(of.sequenceNumber(), i, i + 1 < all.size());
            SourceRecord record = new SourceRecord(whole.partitionKey(), data, position, whole.arrivalMillis());
            items.add(BatchItem.exchanged(record, exchanged));
        }
    }
}
