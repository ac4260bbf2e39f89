package dev.millrace.local.simulator;

import java.util.EnumMap;
import java.util.Map;

/**
 * What a seed does much of. Most seeds do a little of everything; some do one thing over and over, since what takes several rare
 * things in a row would otherwise hardly ever happen. The names are those that a person types.
 */
public enum Profile {
    /** A little of everything. */
    usual(Map.of()),
    /** The smallest of rings, and entries of one output each: it is lapped all the time. */
    laps(Map.of(Fault.STALE_MEMORY, 2, Fault.ZOMBIE, 2)),
    /** Every third read is behind, by up to eight writes. */
    stale(Map.of(Fault.STALE_READ, 3)),
    /** Environments die often, mostly in the middle of something. */
    crashes(Map.of(
            Fault.CRASH_BEFORE_REQUEST, 40,
            Fault.CRASH_AFTER_REQUEST, 40,
            Fault.TIMEOUT, 10,
            Fault.REPLACED, 40)),
    /** Shards split and merge often, while little that is emitted arrives. */
    reshardings(Map.of(
            Fault.PUT_FAILED, 5,
            Fault.ROW_FAILED, 8,
            Fault.RECORD_REFUSED, 5)),
    /** Most records are of one shard, whose log is far ahead of those that it is merged with. */
    uneven(Map.of()),
    /** Functions and mappings are replaced often, by some that would lay out logs otherwise. */
    deployments(Map.of(
            Fault.REPLACED, 20,
            Fault.OTHER_LAYOUT, 2,
            Fault.MAPPING_REPLACED, 15,
            Fault.PUT_FAILED, 10,
            Fault.ROW_FAILED, 10)),
    /** Processes that take records as they come do most of the work, and end often. */
    runners(Map.of(Fault.RUNNER, 2, Fault.RUNNER_GONE, 20)),
    /** Batches that were committed and not acknowledged expire, or are given up, before what came of them was emitted. */
    expiry(Map.of(
            Fault.EXPIRED, 6,
            Fault.GIVEN_UP, 6,
            Fault.PUT_FAILED, 6,
            Fault.ROW_FAILED, 8));

    @SuppressWarnings("ImmutableEnumChecker") // Nothing changes it.
    private final Map<Fault, Integer> frequent;

    Profile(Map<Fault, Integer> frequent) {
        this.frequent = frequent.isEmpty() ? new EnumMap<>(Fault.class) : new EnumMap<>(frequent);
    }

    /** One time in how many a fault is to happen here; {@code usually} for most. */
    int oneIn(Fault fault, int usually) {
        return frequent.getOrDefault(fault, usually);
    }

    /** Whether it would be nothing without this fault. */
    boolean needs(Fault fault) {
        return frequent.containsKey(fault);
    }

    /** What a person reads of it. */
    String sentence() {
        return this == usual ? "a little of everything" : "much of '" + this + "'";
    }
}
