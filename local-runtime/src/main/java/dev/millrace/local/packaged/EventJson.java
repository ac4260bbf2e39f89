package dev.millrace.local.packaged;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import dev.millrace.lambda.KinesisHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Events and responses as Lambda sends them. */
final class EventJson {
    private static final PojoSerializer<KinesisEvent> EVENTS =
            LambdaEventSerializers.serializerFor(KinesisEvent.class, EventJson.class.getClassLoader());
    private static final PojoSerializer<StreamsEventResponse> RESPONSES =
            LambdaEventSerializers.serializerFor(StreamsEventResponse.class, EventJson.class.getClassLoader());

    private EventJson() {}

    static byte[] event(KinesisEvent event) {
        if (event.getRecords() == null || event.getRecords().isEmpty()) {
            return KinesisHandler.TICK_EVENT.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EVENTS.toJson(event, out);
        return out.toByteArray();
    }

    /**
     * What a function has answered. Nothing, and null, mean success, as on AWS.
     *
     * @throws FunctionErrorException if it is no response to a batch
     */
    static StreamsEventResponse response(byte[] json) {
        try {
            StreamsEventResponse response =
                    json.length == 0 ? null : RESPONSES.fromJson(new ByteArrayInputStream(json));
            return response == null ? new StreamsEventResponse(List.of()) : response;
        } catch (RuntimeException e) {
            throw new FunctionErrorException("the function's response is no response to a batch: " + e);
        }
    }
}
