package dev.millrace.state.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.state.Consistency;
import dev.millrace.state.ItemKey;
import dev.millrace.state.StateLogStore;
import dev.millrace.state.StateLogUnavailableException;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;

class InterruptedReadsTest {
    /** Is throttled for everything it is asked. */
    private static final class Throttled implements DynamoDbClient {
        @Override
        public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
            return BatchGetItemResponse.builder()
                    .unprocessedKeys(request.requestItems())
                    .build();
        }

        @Override
        public String serviceName() {
            return "dynamodb";
        }

        @Override
        public void close() {}
    }

    @Test
    void whenAPauseIsInterrupted_thenTheReadIsGivenUpAndTheThreadStaysInterrupted() {
        StateLogStore store = new DynamoDbStateLogStore(new Throttled(), "table", pause -> {
            throw new InterruptedException();
        });
        ItemKey key = new ItemKey(ItemKey.Kind.BUCKET, "any", 0);

        assertThatThrownBy(() -> store.readAll(List.of(key), Consistency.STRONG))
                .isInstanceOf(StateLogUnavailableException.class)
                .hasMessageContaining("interrupted")
                .hasMessageContaining("'table'");
        assertThat(Thread.interrupted()).isTrue();
    }
}
