package dev.millrace.state.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.state.CorruptItemException;
import dev.millrace.state.ItemKey;
import dev.millrace.state.StoredItem;
import dev.millrace.testing.Fuzzing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items of the state table that others have written, or changed. */
class TableItemsFuzzTest {
    private static final StoredItem ITEM =
            new StoredItem(new ItemKey(ItemKey.Kind.ENTRY, "1/orders/totals/shard/ring", 3), 17, new byte[] {1, 2});

    private static AttributeValue anything(Random random) {
        return switch (random.nextInt(9)) {
            case 0 -> AttributeValue.fromN("1.5");
            case 1 -> AttributeValue.fromN("1E+30");
            case 2 -> AttributeValue.fromN("9223372036854775808");
            case 3 -> AttributeValue.fromS("17");
            case 4 -> AttributeValue.fromNul(true);
            case 5 -> AttributeValue.fromL(List.of());
            case 6 -> AttributeValue.fromM(Map.of());
            case 7 -> AttributeValue.builder().build();
            default -> AttributeValue.fromB(SdkBytes.fromByteArray(Fuzzing.noise(random.nextInt(30), random)));
        };
    }

    @Property
    void anItemOfOtherAttributes_isReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        Map<String, AttributeValue> attributes = new HashMap<>(DynamoDbItems.item(ITEM));
        for (String name : List.of("pk", "sk", "n", "d", "other")) {
            switch (random.nextInt(3)) {
                case 0 -> attributes.remove(name);
                case 1 -> attributes.put(name, anything(random));
                default -> {}
            }
        }

        Fuzzing.decode(
                new byte[0],
                none -> DynamoDbItems.item(ItemKey.Kind.ENTRY, attributes, "orders-state"),
                List.of(CorruptItemException.class));
    }

    @Example
    void whatWasWritten_isReadAsItWas() {
        StoredItem read = DynamoDbItems.item(ItemKey.Kind.ENTRY, DynamoDbItems.item(ITEM), "orders-state");

        assertThat(read)
                .usingRecursiveComparison()
                .isEqualTo(new StoredItem(ITEM.key(), ITEM.number(), ITEM.body(), "orders-state"));
    }

    @Example
    void theErrorNamesTableAndKey() {
        for (String number : List.of("1.5", "9223372036854775808")) {
            Map<String, AttributeValue> attributes = new HashMap<>(DynamoDbItems.item(ITEM));
            attributes.put("n", AttributeValue.fromN(number));

            assertThatThrownBy(() -> DynamoDbItems.item(ItemKey.Kind.ENTRY, attributes, "orders-state"))
                    .isInstanceOf(CorruptItemException.class)
                    .hasMessageContaining("state table 'orders-state'")
                    .hasMessageContaining(ITEM.key().toString())
                    .hasMessageContaining(number);
        }
    }
}
