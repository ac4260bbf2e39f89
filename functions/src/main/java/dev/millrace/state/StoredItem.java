package dev.millrace.state;

import java.nio.charset.StandardCharsets;

/**
 * An item as a store keeps it.
 *
 * @param key where it lies
 * @param number what a write is conditional on: an entry's or output's number, a bucket's stamp, a header's epoch
 * @param body the encoded content, with its checksum. Not to be changed
 * @param table the name of the table that it was read from, for errors; empty if it was read from none
 */
public record StoredItem(ItemKey key, long number, byte[] body, String table) {
    /** What DynamoDB lets an item hold, names of attributes included. */
    public static final int MAX_BYTES = 400 * 1024;

    private static final int ATTRIBUTE_NAMES = "pk".length() + "sk".length() + "n".length() + "d".length();

    /** An item that was not read from a table. */
    public StoredItem(ItemKey key, long number, byte[] body) {
        this(key, number, body, "");
    }

    /** The size of the item as DynamoDB counts it, names of attributes included; numbers at their most. */
    public int bytes() {
        return overhead(key) + body.length;
    }

    /** What an item of this key takes beside its body, in bytes. */
    static int overhead(ItemKey key) {
        int largestNumber = 11;
        return ATTRIBUTE_NAMES + key.partitionKey().getBytes(StandardCharsets.UTF_8).length + 2 * largestNumber;
    }
}
