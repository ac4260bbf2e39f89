package dev.millrace.engine;

/**
 * How far a sender's outputs have been taken: high-water marks tell repeated ones from new ones (X1).
 *
 * @param epoch the life of the sender's log
 * @param entry the number of the entry in that log
 * @param index the part's index in that entry, or that of its {@link EntryEnd}
 */
public record Mark(long epoch, long entry, int index) implements Comparable<Mark> {
    /** Comes before all that is sent. */
    static final Mark NOTHING = new Mark(0, 0, 0);

    @Override
    public int compareTo(Mark other) {
        int order = Long.compare(epoch, other.epoch);
        if (order == 0) {
            order = Long.compare(entry, other.entry);
        }
        return order != 0 ? order : Integer.compare(index, other.index);
    }
}
