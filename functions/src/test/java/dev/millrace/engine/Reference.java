package dev.millrace.engine;

import dev.millrace.Windows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a partition's final results should be, worked out from all its records, with no slices, timers, commits or stored
 * state: each window is the list of its events.
 */
final class Reference {
    private static final long NONE = Progress.NO_TIME;

    private final List<Operator> operators;
    private final long outOfOrderMillis;
    private final long idleTimeoutMillis;
    private long recordWatermark = NONE;
    private long watermark = NONE;
    private long lastArrival = NONE;

    Reference(List<Operator> operators, Duration outOfOrder, Duration idleTimeout) {
        this.operators = operators;
        this.outOfOrderMillis = outOfOrder.toMillis();
        this.idleTimeoutMillis = idleTimeout.toMillis();
    }

    void record(Event event, long arrivalMillis) {
        operators.forEach(operator -> operator.add(event, watermark));
        lastArrival = arrivalMillis;
        recordWatermark = Math.max(recordWatermark, event.timeMillis() - outOfOrderMillis);
        advance(recordWatermark);
    }

    void tick(long nowMillis, boolean isIdle) {
        long idle = nowMillis - lastArrival - idleTimeoutMillis;
        if (isIdle && lastArrival != NONE && idle > 0) {
            long next = recordWatermark + idle;
            // A tick that brings nothing is not remembered.
            if (operators.stream().anyMatch(operator -> operator.isDue(watermark, next))) {
                advance(next);
            }
        }
    }

    private void advance(long next) {
        if (next > watermark) {
            operators.forEach(operator -> operator.advance(watermark, next));
            watermark = next;
        }
    }

    /** A window with what is in it. */
    private static final class Span {
        final String key;
        long start;
        long end;
        final List<Event> events = new ArrayList<>();

        Span(String key, long start, long end) {
            this.key = key;
            this.start = start;
            this.end = end;
        }
    }

    /** One windowed aggregation. */
    static final class Operator {
        final List<String> results = new ArrayList<>();
        final List<String> late = new ArrayList<>();
        private final Windows windows;
        private final Function<List<Event>, Object> aggregation;
        private final long lateness;
        private final List<Span> spans = new ArrayList<>();

        Operator(Windows windows, Function<List<Event>, Object> aggregation) {
            this.windows = windows;
            this.aggregation = aggregation;
            this.lateness = windows.allowedLateness().toMillis();
        }

        private void add(Event event, long watermark) {
            List<Span> open = windows instanceof Windows.Session session
                    ? session(event, session.gap().toMillis(), watermark)
                    : fixed(event, watermark);
            if (open.isEmpty()) {
                late.add(new String(event.encoded(), java.nio.charset.StandardCharsets.UTF_8));
            }
            for (Span span : open) {
                span.events.add(event);
                if (span.end <= watermark) {
                    emit(span);
                }
            }
        }

        /** The event's windows that still take records, by their ends. */
        private List<Span> fixed(Event event, long watermark) {
            long size = windows instanceof Windows.Sliding sliding
                    ? sliding.size().toMillis()
                    : ((Windows.Tumbling) windows).size().toMillis();
            long slide =
                    windows instanceof Windows.Sliding sliding ? sliding.slide().toMillis() : size;
            List<Span> open = new ArrayList<>();
            long last = Math.floorDiv(event.timeMillis(), slide) * slide;
            for (long start = last; start + size > event.timeMillis(); start -= slide) {
                if (start + size + lateness > watermark) {
                    open.add(0, span(event.key(), start, start + size));
                }
            }
            return open;
        }

        private Span span(String key, long start, long end) {
            return spans.stream()
                    .filter(span -> span.key.equals(key) && span.start == start)
                    .findFirst()
                    .orElseGet(() -> {
                        Span span = new Span(key, start, end);
                        spans.add(span);
                        return span;
                    });
        }

        /** The session that the event makes of those it is less than the gap away from, unless that is over. */
        private List<Span> session(Event event, long gap, long watermark) {
            Span joined = new Span(event.key(), event.timeMillis(), event.timeMillis() + gap);
            List<Span> parts = spans.stream()
                    .filter(span -> span.key.equals(event.key()) && span.start < joined.end && span.end > joined.start)
                    .toList();
            for (Span part : parts) {
                joined.events.addAll(part.events);
            }
            joined.start = Math.min(event.timeMillis(), min(parts));
            joined.end = Math.max(
                    event.timeMillis() + gap,
                    parts.stream().mapToLong(part -> part.end).max().orElse(NONE));
            if (joined.end + lateness <= watermark) {
                return List.of();
            }
            spans.removeAll(parts);
            spans.add(joined);
            return List.of(joined);
        }

        private static long min(List<Span> parts) {
            return parts.stream().mapToLong(part -> part.start).min().orElse(Long.MAX_VALUE);
        }

        private Stream<Span> ending(long after, long until) {
            return spans.stream().filter(span -> span.end > after && span.end <= until);
        }

        private Stream<Span> expiring(long after, long until) {
            return spans.stream().filter(span -> span.end + lateness > after && span.end + lateness <= until);
        }

        /** Whether a window ends, or the last one of some record is forgotten. */
        private boolean isDue(long watermark, long next) {
            return ending(watermark, next).findAny().isPresent()
                    || expiring(watermark, next)
                            .anyMatch(span -> span.events.stream().anyMatch(event -> isLast(span, event)));
        }

        private boolean isLast(Span span, Event event) {
            return !(windows instanceof Windows.Sliding sliding)
                    || span.start + sliding.slide().toMillis() > event.timeMillis();
        }

        private void advance(long watermark, long next) {
            ending(watermark, next)
                    .sorted(Comparator.<Span>comparingLong(span -> span.end).thenComparing(span -> span.key))
                    .forEach(this::emit);
            spans.removeIf(span -> span.end + lateness <= next);
        }

        private void emit(Span span) {
            results.add(text(span.key, span.start, span.end, aggregation.apply(span.events)));
        }
    }

    static String text(@Nullable Object key, long start, long end, Object value) {
        return "final " + key + " " + start + "-" + end + ": " + value;
    }
}
