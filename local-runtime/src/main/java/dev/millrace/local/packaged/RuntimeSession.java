package dev.millrace.local.packaged;

import java.nio.ByteBuffer;
import java.util.Map;

/** What a function's process asks and says at its Runtime API. Called by several threads. */
interface RuntimeSession {
    /** Where the answer to a poll goes, once there is one. */
    @FunctionalInterface
    interface Poll {
        /**
         * Answers it; to be called once.
         *
         * @param headers of the response
         */
        void answer(Map<String, String> headers, ByteBuffer event);
    }

    /**
     * The process wants its next invocation. Returns at once.
     *
     * @return false if it waits for one already: then the poll is not its own, and is not to be answered
     */
    boolean next(Poll poll);

    /** @return whether the invocation is the one under way */
    boolean succeeded(String requestId, byte[] response);

    /** @return whether the invocation is the one under way */
    boolean failed(String requestId, String error);

    /** The process cannot begin, and will end. */
    void initializationFailed(String error);
}
