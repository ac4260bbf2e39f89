package dev.millrace.local.simulator;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all parts of a simulation share: chance, time, the invocations that are under way, and requests that are on their way
 * still. An invocation either runs on its own until it ends, or is suspended between any two requests; those that are
 * suspended go on while others run, so that invocations are interleaved in every way.
 */
final class World {
    /** When all simulations begin: 2026-01-01T00:00:00Z. */
    static final long BEGINNING = 1_767_225_600_000L;

    private static final int PROFILED_ONE_IN = 6;

    private final Random random;
    private final Set<Fault> enabled = EnumSet.noneOf(Fault.class);
    private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
    private final List<Coroutine> suspended = new ArrayList<>();
    private final List<Runnable> delayed = new ArrayList<>();
    final Trace trace;
    final Profile profile;
    private @Nullable Coroutine running;
    private @Nullable Violation violation;
    private long nowMillis = BEGINNING;
    private boolean calm;

    /** @param wanted what is to be done much of, or null to let the seed choose */
    World(long seed, Trace trace, @Nullable Profile wanted) {
        // Seeds that follow one another would begin alike.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.trace = trace;
        Profile chosen = random.nextInt(PROFILED_ONE_IN) == 0 ? pick(List.of(Profile.values())) : Profile.usual;
        this.profile = wanted == null ? chosen : wanted;
        for (Fault fault : Fault.values()) {
            // Some faults are masked by others: each seed has only some of them.
            if (random.nextInt(3) > 0 || profile.needs(fault)) {
                enabled.add(fault);
            }
        }
    }

    int pick(int bound) {
        return random.nextInt(bound);
    }

    <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    boolean isOneIn(int times) {
        return random.nextInt(times) == 0;
    }

    /** Whether a fault is to happen now; then it counts as having happened. */
    boolean happens(Fault fault, int oneIn) {
        boolean happens = mayHappen(fault, oneIn);
        if (happens) {
            happened(fault);
        }
        return happens;
    }

    /** Whether a fault is to happen now if it can. */
    boolean mayHappen(Fault fault, int oneIn) {
        return !calm && enabled.contains(fault) && random.nextInt(profile.oneIn(fault, oneIn)) == 0;
    }

    /** Something has happened that nobody decided. */
    void happened(Fault fault) {
        counts.merge(fault, 1, Integer::sum);
        trace.add(fault.name().hashCode(), nowMillis, fault::description);
    }

    void tell(Supplier<String> what) {
        trace.add(-1, nowMillis, what);
    }

    Map<Fault, Integer> counts() {
        return counts;
    }

    long nowMillis() {
        return nowMillis;
    }

    void pass(long millis) {
        nowMillis += millis;
    }

    /** No more faults from now on; what was delayed arrives. */
    void becomeCalm() {
        calm = true;
        tell(() -> "from here on all goes well");
        landDelayed();
    }

    boolean isCalm() {
        return calm;
    }

    /** What a service will do later, though nobody waits for it any more. */
    void delay(Runnable request) {
        delayed.add(request);
    }

    void landDelayed() {
        List<Runnable> now = List.copyOf(delayed);
        delayed.clear();
        now.forEach(Runnable::run);
    }

    /** Keeps what must never be, also where something simulated would swallow it. */
    Violation violated(String message) {
        if (violation == null) {
            violation = new Violation(message);
        }
        return violation;
    }

    void check() {
        if (violation != null) {
            throw violation;
        }
    }

    /** Runs an invocation: as a whole, or up to where it is suspended. */
    void invoke(Runnable invocation) {
        if (running == null && !calm && isOneIn(3)) {
            Coroutine coroutine = new Coroutine(invocation);
            suspended.add(coroutine);
            resume(coroutine);
        } else {
            invocation.run();
        }
    }

    /** Between two requests of an invocation. */
    void betweenRequests() {
        nowMillis++;
        if (calm) {
            return;
        }
        if (!delayed.isEmpty() && isOneIn(40)) {
            delayed.remove(pick(delayed.size())).run();
        }
        if (running != null) {
            if (isOneIn(4)) {
                running.suspend();
            }
        } else if (!suspended.isEmpty() && isOneIn(4)) {
            resumeOne();
        }
    }

    boolean hasSuspended() {
        return !suspended.isEmpty();
    }

    void resumeOne() {
        resume(pick(suspended));
    }

    private void resume(Coroutine coroutine) {
        running = coroutine;
        coroutine.resume();
        running = null;
        if (coroutine.isFinished()) {
            suspended.remove(coroutine);
        }
    }

    /** Lets all that is suspended come to its end. */
    void finishSuspended() {
        while (!suspended.isEmpty()) {
            resume(suspended.get(0));
        }
    }
}
