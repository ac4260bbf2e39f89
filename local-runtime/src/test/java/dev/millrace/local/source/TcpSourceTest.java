package dev.millrace.local.source;

import static dev.millrace.local.source.Reading.BEGINNING;
import static dev.millrace.local.source.Reading.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.lines.PartitionKeys;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lines from a socket on loopback, whose other end does all that it may. Pauses pass at once. */
class TcpSourceTest {
    private static final String SHARD = "shardId-000000000000";

    private final ServerSocket server;
    private final AtomicLong nanos = new AtomicLong();
    private final List<Duration> pauses = new ArrayList<>();
    private final List<LineStream> streams = new ArrayList<>();

    TcpSourceTest() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout((int) PATIENCE.toMillis());
    }

    @AfterEach
    void close() throws IOException {
        streams.forEach(LineStream::close);
        server.close();
    }

    private LineStream open() {
        TcpInput input = new TcpInput(
                server.getInetAddress().getHostAddress(),
                server.getLocalPort(),
                pause -> {
                    pauses.add(pause);
                    nanos.addAndGet(pause.toNanos());
                },
                nanos::get);
        LineStream stream = LineStream.open(input, new Dealer(1), new PartitionKeys(null), Clock.systemUTC(), 1 << 20);
        streams.add(stream);
        return stream;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends a connection with a reset. */
    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Test
    void whenTheOtherSideCloses_thenTheShardsEnd() throws Exception {
        LineStream stream = open();
        try (Socket socket = server.accept()) {
            send(socket, "a\nb\n");
        }

        assertThat(Reading.lines(stream)).containsExactly("a", "b");
    }

    @Test
    void whenTheConnectionIsReset_thenHalfALineIsDroppedWithAWarning_andAnotherIsMade() throws Exception {
        LineStream stream = open();
        String log = Reading.logged(() -> {
            Socket first = server.accept();
            send(first, "a\nhalf");
            // Half a line cannot be waited for; but it came with the line before it.
            ShardRead read = stream.read(stream.iterator(SHARD, BEGINNING), 10, PATIENCE);
            assertThat(read.records()).extracting(Reading::text).containsExactly("a");
            reset(first);
            try (Socket second = server.accept()) {
                send(second, "b\n");
            }
            return assertThat(Reading.lines(stream)).containsExactly("a", "b");
        });

        assertThat(log)
                .contains("failed in the middle of a line, after 1 lines: 4 bytes of it are dropped")
                .contains("Connection reset. Trying again, for 30 s at most");
    }

    @Test
    void whenNobodyListens_thenThatIsSaidAfter30Seconds() throws Exception {
        server.close();
        LineStream stream = open();

        assertThatThrownBy(() -> Reading.lines(stream))
                .isInstanceOfSatisfying(
                        StreamReadException.class,
                        e -> assertThat(e.kind()).isEqualTo(StreamReadException.Kind.UNAVAILABLE))
                .hasMessageMatching("Source tcp:127.0.0.1:" + server.getLocalPort()
                        + " has given no line for 3\\d s, .*: .*Connection refused.*");
        assertThat(pauses)
                .startsWith(Duration.ofMillis(100), Duration.ofMillis(200))
                .contains(Duration.ofSeconds(2));
    }

    @Test
    void whenConnectionsAreResetBeforeAnyLine_thenThereIsAnEndToIt() throws Exception {
        LineStream stream = open();
        Thread resetter = new Thread(() -> {
            try {
                while (true) {
                    reset(server.accept());
                }
            } catch (IOException e) {
                // The server is closed.
            }
        });
        resetter.start();

        assertThatThrownBy(() -> Reading.lines(stream)).hasMessageContaining("has given no line for 3");
        server.close();
        resetter.join();
    }

    @Test
    void whenLinesComeBetweenResets_thenItIsNotGivenUp() throws Exception {
        LineStream stream = open();
        long first = Long.parseLong(stream.iterator(SHARD, BEGINNING).substring("0:".length()));
        for (int i = 0; i < 40; i++) {
            Socket socket = server.accept();
            nanos.addAndGet(Duration.ofSeconds(20).toNanos());
            send(socket, i + "\n");
            long expected = first + i + 1;
            await().until(() -> stream.iterator(SHARD, Reading.LATEST).equals("0:" + expected));
            reset(socket);
        }
        server.accept().close();

        assertThat(Reading.lines(stream)).hasSize(40);
    }

    @Test
    void whileNobodyReads_theOtherSideWaits() throws Exception {
        LineStream stream = open();
        try (Socket socket = server.accept()) {
            byte[] lines = ("x".repeat(1023) + "\n").repeat(1024).getBytes(StandardCharsets.UTF_8);
            int total = 64;
            Thread sender = new Thread(() -> send(socket, lines, total));
            sender.start();
            await().until(() -> stream.heldBytes() > (1 << 20) - 3_000);
            // The sockets' buffers fill, too, and there it stands; all at once would take less long.
            sender.join(500);

            assertThat(sender.isAlive()).isTrue();
            assertThat(stream.heldBytes()).isLessThanOrEqualTo(1 << 20);
            assertThat(Reading.toEnd(stream, SHARD, BEGINNING, 1000)).hasSize(total * 1024);
            sender.join();
        }
    }

    private static void send(Socket socket, byte[] lines, int times) {
        try (OutputStream out = socket.getOutputStream()) {
            for (int i = 0; i < times; i++) {
                out.write(lines);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whenItIsClosedWhileItWaits_thenReadsFail_andTheConnectionEnds() throws Exception {
        LineStream stream = open();
        try (Socket socket = server.accept()) {
            stream.close();

            assertThatThrownBy(() -> Reading.lines(stream)).hasMessageContaining("was closed");
            socket.setSoTimeout((int) PATIENCE.toMillis());
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }
}
