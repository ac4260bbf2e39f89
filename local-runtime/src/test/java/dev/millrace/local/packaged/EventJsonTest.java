package dev.millrace.local.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.lambda.KinesisHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("JavaUtilDate") // The event library's own type.
class EventJsonTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static KinesisEvent event(Instant arrival) {
        KinesisEvent.Record kinesis = new KinesisEvent.Record();
        kinesis.setKinesisSchemaVersion("1.0");
        kinesis.setPartitionKey("a");
        kinesis.setSequenceNumber("49590338271490256608559692538361571095921575989136588898");
        kinesis.setData(ByteBuffer.wrap("a,10".getBytes(StandardCharsets.UTF_8)));
        kinesis.setApproximateArrivalTimestamp(Date.from(arrival));
        KinesisEvent.KinesisEventRecord record = new KinesisEvent.KinesisEventRecord();
        record.setKinesis(kinesis);
        record.setEventSource("aws:kinesis");
        record.setEventVersion("1.0");
        record.setEventID("shardId-000000000006:49590338271490256608559692538361571095921575989136588898");
        record.setEventName("aws:kinesis:record");
        record.setInvokeIdentityArn("arn:aws:iam::123456789012:role/lambda-role");
        record.setAwsRegion("us-east-2");
        record.setEventSourceARN("arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream");
        KinesisEvent event = new KinesisEvent();
        event.setRecords(List.of(record));
        return event;
    }

    /** The example of the AWS Lambda Developer Guide, "Using AWS Lambda with Amazon Kinesis". */
    @Test
    void anEvent_hasTheShapeThatAwsGivesIt() throws Exception {
        JsonNode expected = JSON.readTree("""
                {"Records": [{
                  "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": "a",
                    "sequenceNumber": "49590338271490256608559692538361571095921575989136588898",
                    "data": "YSwxMA==",
                    "approximateArrivalTimestamp": 1545084650.987
                  },
                  "eventSource": "aws:kinesis",
                  "eventVersion": "1.0",
                  "eventID": "shardId-000000000006:49590338271490256608559692538361571095921575989136588898",
                  "eventName": "aws:kinesis:record",
                  "invokeIdentityArn": "arn:aws:iam::123456789012:role/lambda-role",
                  "awsRegion": "us-east-2",
                  "eventSourceARN": "arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream"
                }]}
                """);

        assertThat(JSON.readTree(EventJson.event(event(Instant.ofEpochMilli(1_545_084_650_987L)))))
                .isEqualTo(expected);
    }

    @Test
    void whenTheRuntimeReadsAnArrivalTime_thenNoMillisecondIsLost() {
        for (long millis = 1_795_276_799_000L; millis < 1_795_276_800_000L; millis++) {
            assertThat(read(EventJson.event(event(Instant.ofEpochMilli(millis))))
                            .getRecords()
                            .get(0)
                            .getKinesis()
                            .getApproximateArrivalTimestamp()
                            .getTime())
                    .isEqualTo(millis);
        }
    }

    @Test
    void whenTheRuntimeReadsATick_thenItIsAnEventWithoutRecords() {
        KinesisEvent tick = new KinesisEvent();
        tick.setRecords(List.of());

        assertThat(EventJson.event(tick)).asString(StandardCharsets.UTF_8).isEqualTo(KinesisHandler.TICK_EVENT);
        assertThat(EventJson.event(new KinesisEvent()))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(KinesisHandler.TICK_EVENT);
        assertThat(read(EventJson.event(tick)).getRecords()).isEmpty();
    }

    /** As the runtime interface client does it. */
    private static KinesisEvent read(byte[] json) {
        return LambdaEventSerializers.serializerFor(KinesisEvent.class, EventJsonTest.class.getClassLoader())
                .fromJson(new String(json, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "{\"batchItemFailures\":[]}", "{\"batchItemFailures\":null}"})
    void anEmptyResponse_meansSuccess(String json) {
        List<StreamsEventResponse.BatchItemFailure> failures =
                EventJson.response(json.getBytes(StandardCharsets.UTF_8)).getBatchItemFailures();

        assertThat(failures == null || failures.isEmpty()).isTrue();
    }

    @Test
    void aResponse_namesTheRecordsThatFailed() {
        byte[] json = "{\"batchItemFailures\":[{\"itemIdentifier\":\"17\"}]}".getBytes(StandardCharsets.UTF_8);

        assertThat(EventJson.response(json).getBatchItemFailures())
                .extracting(StreamsEventResponse.BatchItemFailure::getItemIdentifier)
                .containsExactly("17");
    }

    @Test
    void whatIsNoResponse_isAFunctionError() {
        assertThatThrownBy(() -> EventJson.response("[1".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(FunctionErrorException.class)
                .hasMessageContaining("no response to a batch");
    }
}
