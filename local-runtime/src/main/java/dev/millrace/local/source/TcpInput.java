package dev.millrace.local.source;

import dev.millrace.time.Pause;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket that this side connects to. What fails is tried again, after pauses of 0.1 to 2 seconds, until 30 seconds have
 * passed without a line.
 */
final class TcpInput implements LineInput {
    private static final Logger LOG = LoggerFactory.getLogger(TcpInput.class);
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final int CONNECT_MILLIS = 5_000;

    private final String host;
    private final int port;
    private final Pause pause;
    private final LongSupplier nanoTime;
    private Duration nextPause = FIRST_PAUSE;
    private @Nullable Long failingSinceNanos;
    private @Nullable IOException lastProblem;
    private @Nullable Socket socket;
    private boolean isClosed;

    /** @param nanoTime as {@link System#nanoTime} */
    TcpInput(String host, int port, Pause pause, LongSupplier nanoTime) {
        this.host = host;
        this.port = port;
        this.pause = pause;
        this.nanoTime = nanoTime;
    }

    @Override
    public String name() {
        return "tcp:" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public InputStream connect() throws IOException, InterruptedException {
        while (true) {
            if (lastProblem != null) {
                pause.pause(nextPause);
                nextPause = nextPause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                        ? nextPause.multipliedBy(2)
                        : LONGEST_PAUSE;
            }
            Socket next = new Socket();
            try {
                use(next);
                next.setKeepAlive(true);
                next.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
                return next.getInputStream();
            } catch (IOException e) {
                next.close();
                failed(e);
            }
        }
    }

    private synchronized void use(Socket next) throws IOException {
        if (isClosed) {
            throw new IOException("closed");
        }
        socket = next;
    }

    @Override
    public void worked() {
        failingSinceNanos = null;
        lastProblem = null;
        nextPause = FIRST_PAUSE;
    }

    @Override
    public void failed(IOException problem) throws IOException {
        long now = nanoTime.getAsLong();
        if (failingSinceNanos == null) {
            failingSinceNanos = now;
        }
        long failingNanos = now - Objects.requireNonNull(failingSinceNanos);
        if (isClosed()) {
            throw new IOException("Source " + name() + " was closed.", problem);
        }
        if (failingNanos >= PATIENCE.toNanos()) {
            throw new IOException(
                    "Source " + name() + " has given no line for " + TimeUnit.NANOSECONDS.toSeconds(failingNanos)
                            + " s, however often it was connected to; at last: " + problem
                            + ". Is there a program that listens there?",
                    problem);
        }
        if (lastProblem == null) {
            LOG.warn("Source {}: {}. Trying again, for {} s at most", name(), problem.toString(), PATIENCE.toSeconds());
        }
        lastProblem = problem;
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.warn("The connection of source {} could not be closed: {}", name(), e.toString());
            }
        }
    }
}
