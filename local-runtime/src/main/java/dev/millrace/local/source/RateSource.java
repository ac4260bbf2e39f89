package dev.millrace.local.source;

import dev.millrace.local.lines.PartitionKeys;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * Records made at a rate.
 *
 * @param perSecond of all shards
 * @param count how many there are, or null if there is no end
 * @param start when the first one is due, or null for when the source is opened
 * @param template what they are, or null for what the settings say
 */
record RateSource(
        long perSecond,
        @Nullable Long count,
        @Nullable Instant start,
        @Nullable String template) implements SourceSpec.Openable {
    private static final String TEMPLATE = "template=";
    private static final String FORM = "; it reads rate:N[,count=M][,start=TIME][,template=TEXT], such as"
            + " rate:1000,count=20000,template={\"user\":\"u{random:100}\",\"at\":\"{time}\"}";
    private static final long MOST_RECORDS = 1_000_000_000_000L;
    /** Where numbers get too large at the highest rate. */
    private static final Instant END_OF_TIME = Instant.parse("2200-01-01T00:00:00Z");

    /** Reads what follows {@code rate:}. The template is last, since it may have commas. */
    static RateSource parse(String text) {
        String template = null;
        String options = text;
        int at = text.indexOf("," + TEMPLATE);
        if (at >= 0) {
            template = text.substring(at + 1 + TEMPLATE.length());
            options = text.substring(0, at);
            try {
                RecordTemplate unused = RecordTemplate.parse(template);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("source 'rate:" + text + "': " + e.getMessage(), e);
            }
        }
        String[] parts = options.split(",", -1);
        long perSecond = whole(text, "the rate", parts[0], RateSchedule.MOST_PER_SECOND);
        Long count = null;
        Instant start = null;
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].startsWith("count=") && count == null) {
                count = whole(text, "count", parts[i].substring("count=".length()), MOST_RECORDS);
            } else if (parts[i].startsWith("start=") && start == null) {
                start = time(text, parts[i].substring("start=".length()));
            } else {
                throw wrong(text, "'" + parts[i] + "' is not understood");
            }
        }
        return new RateSource(perSecond, count, start, template);
    }

    private static long whole(String text, String what, String value, long most) {
        try {
            long number = Long.parseLong(value);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(text, what + " is '" + value + "', and must be a whole number, without commas");
        }
        throw wrong(text, what + " is " + value + ", and must be from 1 to " + most);
    }

    private static Instant time(String text, String value) {
        try {
            Instant time = OffsetDateTime.parse(value).toInstant();
            if (!time.isBefore(Instant.EPOCH) && time.isBefore(END_OF_TIME)) {
                return time;
            }
        } catch (DateTimeParseException e) {
            throw wrong(text, "start is '" + value + "', and must be a time such as 2026-01-31T12:00:00Z");
        }
        throw wrong(text, "start is " + value + ", and must be from 1970 to 2199");
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException("source 'rate:" + text + "': " + why + FORM);
    }

    @Override
    public boolean isBounded() {
        return count != null;
    }

    @Override
    public boolean isReplayable() {
        return true;
    }

    @Override
    public Source open(SourceSettings settings) {
        String text = template == null ? settings.template() : template;
        if (text == null) {
            throw wrong(toString().substring("rate:".length()), "the pipeline has no example, so it needs a template");
        }
        RateSchedule schedule = new RateSchedule(perSecond);
        long first = schedule.firstAt(start == null ? settings.clock().instant() : start);
        SourceStream stream = new RateStream(
                schedule,
                first,
                start == null ? 0 : first,
                count,
                RecordTemplate.parse(text),
                new Dealer(settings.shardCount()),
                new PartitionKeys(settings.partitionKeyField()),
                settings.clock());
        return new Source(stream, isBounded(), isReplayable(), () -> {});
    }

    @Override
    public String toString() {
        return "rate:" + perSecond
                + (count == null ? "" : ",count=" + count)
                + (start == null ? "" : ",start=" + start)
                + (template == null ? "" : "," + TEMPLATE + template);
    }
}
