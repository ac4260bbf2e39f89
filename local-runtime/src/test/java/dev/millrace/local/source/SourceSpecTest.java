package dev.millrace.local.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.testing.MovableClock;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceSpecTest {
    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-31T12:00:00Z"));

    private Source open(String text, @Nullable String template) {
        ByteArrayInputStream in = new ByteArrayInputStream("from stdin\n".getBytes(StandardCharsets.UTF_8));
        SourceSettings settings = new SourceSettings(1, "user", template, in, clock);
        return ((SourceSpec.Openable) SourceSpec.parse(text)).open(settings);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "embedded",
                "kinesis:clicks",
                "file:/tmp/x y.jsonl",
                "tcp:localhost:9000",
                "tcp:[::1]:1",
                "stdin",
                "rate:1000",
                "rate:1,count=5,start=2026-01-31T12:00:00Z,template={\"a\":{n},\"b\":1}"
            })
    void textOfASource_isWhatItIsParsedFrom(String text) {
        assertThat(SourceSpec.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "embedded | Embedded | false | true",
                "kinesis:my.stream_1-a | Kinesis | false | true",
                "file:/tmp/x y.jsonl | File | true | true",
                "lines.jsonl | File | true | true",
                "./embedded | File | true | true",
                "C:\\lines.jsonl | File | true | true",
                "tcp:localhost:9000 | Tcp | true | false",
                "tcp://10.0.0.1:65535 | Tcp | true | false",
                "tcp:[::1]:1 | Tcp | true | false",
                "- | Input | true | false",
                "stdin | Input | true | false",
                "rate:1000 | RateSource | false | true",
                "rate:1,count=5 | RateSource | true | true",
                "rate:1,start=2026-01-31T12:00:00+01:00,count=5,template={\"a\":{n},\"b\":1} | RateSource | true | true",
            })
    void forms(String text, String kind, boolean isBounded, boolean isReplayable) {
        SourceSpec spec = SourceSpec.parse(text);

        assertThat(spec.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(spec.isBounded()).isEqualTo(isBounded);
        assertThat(spec.isReplayable()).isEqualTo(isReplayable);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "tpc:localhost:9000 | begins with 'tpc:', which is no kind of source",
                "data:x.jsonl | write file:data:x.jsonl",
                "kinesis: | is no name of a Kinesis stream",
                "kinesis:a b | is no name of a Kinesis stream",
                "file: | names no file",
                "`` | names no file",
                "tcp: | needs a host and a port",
                "tcp:localhost | needs a host and a port, as in tcp:localhost:9000",
                "tcp:localhost:http | its port is no number",
                "tcp:localhost:0 | must be from 1 to 65535",
                "tcp:localhost:65536 | must be from 1 to 65535",
                "tcp:::1:9000 | an IPv6 address needs brackets",
                "rate: | the rate is '', and must be a whole number",
                "rate:x | the rate is 'x'",
                "rate:0 | the rate is 0, and must be from 1 to 999999999",
                "rate:1000000000 | must be from 1 to 999999999",
                "rate:1,000 | '000' is not understood; it reads rate:N[,count=M]",
                "rate:1,count=0 | count is 0",
                "rate:1,count=1,count=2 | 'count=2' is not understood",
                "rate:1,start=today | start is 'today', and must be a time such as 2026-01-31T12:00:00Z",
                "rate:1,start=1969-01-31T12:00:00Z | must be from 1970 to 2199",
                "rate:1,template={x} | the placeholder {x}",
                "rate:1,template= | must be one line of 1 to 65,536 bytes",
            })
    void aWrongText_isNamedWithWhatToWrite(String text, String message) {
        assertThatThrownBy(() -> SourceSpec.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatIsParsed_canBeOpened(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("lines"), "from a file\n");
        try (Source source = open(file.toString(), null)) {
            assertThat(Reading.lines(source.stream())).containsExactly("from a file");
        }
        try (Source source = open("stdin", null)) {
            assertThat(Reading.lines(source.stream())).containsExactly("from stdin");
        }
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Source source = open("tcp:127.0.0.1:" + server.getLocalPort(), null)) {
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write("from a socket\n".getBytes(StandardCharsets.UTF_8));
            }
            assertThat(Reading.lines(source.stream())).containsExactly("from a socket");
        }
        try (Source source = open("rate:10,count=2", "{n%10}")) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(Reading.lines(source.stream())).containsExactly("0", "1");
        }
        try (Source source = open("rate:10,count=2,template={time},{n%10}", "other")) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(Reading.lines(source.stream()))
                    .containsExactly("2026-01-31T12:00:01.000Z,0", "2026-01-31T12:00:01.100Z,1");
        }
    }

    @Test
    void whatIsLackingOrOutOfBounds_isSaidWhenItIsOpened() {
        assertThatThrownBy(() -> open("rate:10", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the pipeline has no example, so it needs a template");
        assertThatThrownBy(() -> open("no such file", null))
                .isInstanceOf(StreamReadException.class)
                .hasMessageStartingWith("there is no file 'no such file'");
        SourceSettings none = new SourceSettings(0, null, "x", new ByteArrayInputStream(new byte[0]), clock);
        assertThatThrownBy(() -> ((SourceSpec.Openable) SourceSpec.parse("-")).open(none))
                .hasMessageContaining("1 to 1000 shards, not 0");
    }
}
