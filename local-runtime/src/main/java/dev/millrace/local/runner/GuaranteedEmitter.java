package dev.millrace.local.runner;

import dev.millrace.engine.Output;
import dev.millrace.sink.EmissionException;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.state.StateLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Emits a partition's outputs to sinks as a guarantee has it; what is for other stages goes on as it is. For one thread at a time.
 */
final class GuaranteedEmitter implements Emitter {
    private static final Logger LOG = LoggerFactory.getLogger(GuaranteedEmitter.class);
    private static final long FIRST_BACKOFF_MILLIS = 100;
    private static final long LAST_BACKOFF_MILLIS = 5_000;

    private final Emitter all;
    private final Emitter sinks;

    private GuaranteedEmitter(Emitter all, Emitter sinks) {
        this.all = all;
        this.sinks = sinks;
    }

    /**
     * What emits for a guarantee.
     *
     * @param all emits to sinks and other stages, exactly once
     * @param sinks emits to sinks
     * @param log of the partition
     * @param stop counts down to zero when nothing is to be waited for any more
     */
    static Emitter of(Guarantee guarantee, Emitter all, Emitter sinks, StateLog log, CountDownLatch stop) {
        return switch (guarantee) {
            case EXACTLY_ONCE -> new GuaranteedEmitter(all, sinks);
            case AT_LEAST_ONCE -> new GuaranteedEmitter(all, outputs -> emitPatiently(sinks, outputs, stop));
            case AT_MOST_ONCE -> new GuaranteedEmitter(all, new Once(sinks, log));
        };
    }

    @Override
    public void emit(List<IdentifiedOutput> outputs) {
        List<IdentifiedOutput> toSinks = new ArrayList<>();
        List<IdentifiedOutput> toStages = new ArrayList<>();
        for (IdentifiedOutput output : outputs) {
            (output.output().sink().startsWith(Output.EXCHANGE) ? toStages : toSinks).add(output);
        }
        if (!toSinks.isEmpty()) {
            sinks.emit(toSinks);
        }
        if (!toStages.isEmpty()) {
            all.emit(toStages);
        }
    }

    /** A sink that is down holds up who emits, and with it who sends: to begin again would count again what has been applied. */
    private static void emitPatiently(Emitter sinks, List<IdentifiedOutput> outputs, CountDownLatch stop) {
        long backoffMillis = FIRST_BACKOFF_MILLIS;
        while (true) {
            try {
                sinks.emit(outputs);
                return;
            } catch (EmissionException e) {
                LOG.warn("{} results are sent again in {} ms: {}", outputs.size(), backoffMillis, e.getMessage());
                if (isStopped(stop, backoffMillis)) {
                    throw e;
                }
                backoffMillis = Math.min(2 * backoffMillis, LAST_BACKOFF_MILLIS);
            }
        }
    }

    private static boolean isStopped(CountDownLatch stop, long millis) {
        try {
            return stop.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** What this life has just committed is emitted, and only then; an earlier life may have emitted what it left. */
    private static final class Once implements Emitter {
        private final Emitter sinks;
        private final StateLog log;
        private long lastNumber = -1;

        Once(Emitter sinks, StateLog log) {
            this.sinks = sinks;
            this.log = log;
        }

        @Override
        public void emit(List<IdentifiedOutput> outputs) {
            long number = outputs.get(0).id().number();
            if (!log.isTipOwn() || number <= lastNumber) {
                LOG.info("{} results that may have been sent before are not sent again", outputs.size());
                return;
            }
            lastNumber = number;
            try {
                sinks.emit(outputs);
            } catch (EmissionException e) {
                LOG.warn("Some of {} results are lost, as at-most-once has it: {}", outputs.size(), e.getMessage());
            }
        }
    }
}
