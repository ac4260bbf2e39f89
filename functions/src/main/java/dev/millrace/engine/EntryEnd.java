package dev.millrace.engine;

import dev.millrace.format.ByteReader;

/**
 * What follows the last part of an entry: how far the sender has come with it (X3, X4). All times are in epoch milliseconds, or
 * {@link Progress#NO_TIME}.
 *
 * @param index the number of the entry's parts for the stage
 * @param watermark the sender's watermark; never past the end of a window that it has yet to send on
 * @param arrivalMillis when the last record arrived in the source that the watermark takes in
 * @param state what is to be expected of the sender
 * @param clearMillis where it is idle: all that had arrived in the source by then is sent
 * @param idleMillis where it is idle: how far event time has gone on by then at the pace of the clock (T1)
 */
public record EntryEnd(int index, long watermark, long arrivalMillis, State state, long clearMillis, long idleMillis) {
    /** What is to be expected of a sender. */
    public enum State {
        /** More: its watermark holds back the receiver's. */
        ACTIVE(1),
        /** Nothing, until it says otherwise. */
        IDLE(2),
        /** Nothing any more: it is sealed, and its shard's children take over. */
        ENDED(3);

        /** As it is stored. */
        final int code;

        State(int code) {
            this.code = code;
        }

        /** @throws ByteReader.Malformed if there is none of this code */
        static State of(int code) {
            for (State state : values()) {
                if (state.code == code) {
                    return state;
                }
            }
            throw new ByteReader.Malformed("the sender's state is " + code + ", which is none");
        }
    }
}
