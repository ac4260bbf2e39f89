package dev.millrace.state;

/**
 * The table key of an item of a state log. Part of the stored format. Every partition key but the header's starts with
 * the epoch; the ring has a partition key of its own, and so has each bucket, since DynamoDB allows only so many writes a
 * second for each.
 *
 * @param kind what the item is; follows from the partition key
 * @param partitionKey the table's partition key
 * @param sortKey the table's sort key: a header's epoch, an entry's slot, an output's index, 0 for a bucket
 */
public record ItemKey(Kind kind, String partitionKey, long sortKey) {
    /** What an item is. */
    public enum Kind {
        HEADER,
        ENTRY,
        BUCKET,
        OUTPUT
    }

    /** The header of an epoch; the header of the largest epoch is the log's. */
    public static ItemKey header(LogName name, long epoch) {
        return new ItemKey(Kind.HEADER, "header/" + name, epoch);
    }

    /** The slot that the entry of this number goes into. */
    static ItemKey slot(LogName name, Header header, long number) {
        return new ItemKey(Kind.ENTRY, header.epoch() + "/" + name + "/ring", number % header.ringSlots());
    }

    static ItemKey bucket(LogName name, Header header, int bucket) {
        return new ItemKey(Kind.BUCKET, header.epoch() + "/" + name + "/bucket/" + bucket, 0);
    }

    /** An output stored apart from its entry. The writer's id is in it, so that a loser cannot overwrite the winner's. */
    static ItemKey output(LogName name, Header header, long number, String writerId, long index) {
        return new ItemKey(Kind.OUTPUT, header.epoch() + "/" + name + "/output/" + number + "/" + writerId, index);
    }

    @Override
    public String toString() {
        return partitionKey + "#" + sortKey;
    }
}
