package dev.millrace.local.simulator;

import java.util.function.Supplier;

/** An environment of a function, as services see it. Once it is dead nothing that it asks is answered. */
final class Caller {
    private static final int CRASH_ONE_IN = 250;

    final String name;
    final long skewMillis;
    private final World world;
    private boolean isDead;

    Caller(String name, World world, long skewMillis) {
        this.name = name;
        this.world = world;
        this.skewMillis = skewMillis;
    }

    boolean isDead() {
        return isDead;
    }

    void die() {
        isDead = true;
    }

    <T> T ask(Supplier<String> request, Supplier<T> effect) {
        requireLife();
        world.betweenRequests();
        requireLife();
        world.tell(() -> name + " " + request.get());
        if (world.happens(Fault.CRASH_BEFORE_REQUEST, CRASH_ONE_IN)) {
            die();
        }
        requireLife();
        T result = effect.get();
        if (world.happens(Fault.CRASH_AFTER_REQUEST, CRASH_ONE_IN)) {
            die();
        }
        requireLife();
        return result;
    }

    private void requireLife() {
        if (isDead) {
            throw new Crash();
        }
    }
}
