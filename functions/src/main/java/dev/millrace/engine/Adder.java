package dev.millrace.engine;

/** What takes the values of a key: an aggregation of this stage, or the way to one of another. */
interface Adder {
    /** The aggregation's name. */
    String name();

    /**
     * Adds a value.
     *
     * @param watermarkMillis as the value's record arrived
     * @return false if the value is late, and nothing was changed
     */
    boolean add(Object key, Object value, long timeMillis, long watermarkMillis);
}
