package dev.millrace.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A row as it stands in an outbox: attributes in the JSON form of DynamoDB's protocol, of the types that a pipeline can
 * give.
 */
final class TableRow {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final JsonNode attributes;

    private TableRow(JsonNode attributes) {
        this.attributes = attributes;
    }

    /** @throws IllegalArgumentException if the payload is no row */
    static TableRow decode(byte[] payload) {
        JsonNode json;
        try {
            json = MAPPER.readTree(payload);
        } catch (IOException e) {
            throw new IllegalArgumentException("a row that is not JSON: " + e.getMessage(), e);
        }
        if (json == null || !json.isObject()) {
            throw new IllegalArgumentException("a row that is not a JSON object");
        }
        return new TableRow(json);
    }

    /**
     * The row's key, as text such as {@code {page={"S":"/home"}}}: equal for the same key.
     *
     * @throws IllegalArgumentException if an attribute of the key is missing
     */
    Map<String, JsonNode> key(List<String> keyNames) {
        Map<String, JsonNode> key = new LinkedHashMap<>();
        for (String name : keyNames) {
            JsonNode value = attributes.get(name);
            if (value == null) {
                throw new IllegalArgumentException("a row without its key attribute '" + name + "'");
            }
            key.put(name, value);
        }
        return key;
    }

    /** @throws IllegalArgumentException if an attribute is of no type that DynamoDB has */
    Map<String, AttributeValue> attributes() {
        return map(attributes);
    }

    private static Map<String, AttributeValue> map(JsonNode object) {
        Map<String, AttributeValue> values = new LinkedHashMap<>();
        object.properties().forEach(field -> values.put(field.getKey(), value(field.getValue())));
        return values;
    }

    private static AttributeValue value(JsonNode tagged) {
        if (tagged.size() != 1) {
            throw new IllegalArgumentException("not an attribute value: " + tagged);
        }
        String type = tagged.fieldNames().next();
        JsonNode value = tagged.get(type);
        return switch (type) {
            case "S" -> AttributeValue.fromS(value.textValue());
            case "N" -> AttributeValue.fromN(value.textValue());
            case "BOOL" -> AttributeValue.fromBool(value.booleanValue());
            case "NULL" -> AttributeValue.fromNul(true);
            case "B" ->
                AttributeValue.fromB(SdkBytes.fromByteArray(Base64.getDecoder().decode(value.textValue())));
            case "M" -> AttributeValue.fromM(map(value));
            case "L" -> {
                List<AttributeValue> elements = new ArrayList<>();
                value.forEach(element -> elements.add(value(element)));
                yield AttributeValue.fromL(elements);
            }
            default -> throw new IllegalArgumentException("not an attribute value: " + tagged);
        };
    }
}
