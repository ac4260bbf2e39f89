package dev.millrace.local.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Over HTTP/1.1, a chunk is whole as soon as its event has come: Python's clients wait for its end. */
class SubscriptionChunksTest {
    private static final int HANG_MILLIS = 20_000;
    private static final String IN_EACH_EVENT = "MillisBehindLatest";

    @Test
    void aChunkEndsWithItsEvent() throws Exception {
        try (LocalEndpoint endpoint =
                        LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
            socket.setSoTimeout(HANG_MILLIS);
            endpoint.kinesis().createStream("s", 1, false, Map.of());
            ConsumerArn consumer =
                    ConsumerArn.of("s", endpoint.kinesis().consumers().register("s", "c", Map.of()));
            socket.getOutputStream().write(request(consumer).getBytes(StandardCharsets.US_ASCII));

            String answer = readToTheEndOfAChunkWithAnEvent(socket);

            assertThat(answer).contains("Transfer-Encoding: chunked");
            assertThat(answer.split(IN_EACH_EVENT, -1)).as(answer).hasSize(2);
        }
    }

    private static String request(ConsumerArn consumer) {
        String body = "{\"ConsumerARN\":\"" + consumer
                + "\",\"ShardId\":\"shardId-000000000000\",\"StartingPosition\":{\"Type\":\"LATEST\"}}";
        return "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: Kinesis_20131202.SubscribeToShard\r\n"
                + "Content-Type: application/x-amz-json-1.1\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** Reads on if it came without the chunk's end, which then comes with another event, or two. */
    private static String readToTheEndOfAChunkWithAnEvent(Socket socket) throws Exception {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        String text = "";
        while (text.split(IN_EACH_EVENT, -1).length < 3 && !(text.contains(IN_EACH_EVENT) && text.endsWith("\r\n"))) {
            int next = socket.getInputStream().read();
            assertThat(next).as("a byte after: %s", text).isNotNegative();
            read.write(next);
            if (socket.getInputStream().available() == 0) {
                text = read.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return text;
    }
}
