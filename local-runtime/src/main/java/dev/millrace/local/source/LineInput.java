package dev.millrace.local.source;

import java.io.IOException;
import java.io.InputStream;

/** Where lines come from that can be read only once. */
interface LineInput extends AutoCloseable {
    /** As it is called in messages, and typed. */
    String name();

    /**
     * Connects, and again after a failure, for as long as that makes sense. For one thread.
     *
     * @throws IOException if it is not to be had: the message says why, and what has been tried
     */
    InputStream connect() throws IOException, InterruptedException;

    /** Says that the connection has given lines. */
    void worked();

    /**
     * Says that the connection failed, after which {@link #connect} may be called again.
     *
     * @throws IOException if there is no sense in that
     */
    void failed(IOException problem) throws IOException;

    /** Ends a connection, and a read that waits for it, where that is possible. Called by another thread. */
    @Override
    void close();

    /** An input that is there already, and is left open. */
    static LineInput of(String name, InputStream in) {
        return new LineInput() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public InputStream connect() {
                return in;
            }

            @Override
            public void worked() {}

            @Override
            public void failed(IOException problem) throws IOException {
                throw new IOException("Source " + name + " cannot be read any further: " + problem, problem);
            }

            @Override
            public void close() {}
        };
    }
}
