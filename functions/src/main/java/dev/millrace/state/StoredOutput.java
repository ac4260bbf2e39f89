package dev.millrace.state;

import dev.millrace.engine.Output;

/** An output as its entry holds it. */
public sealed interface StoredOutput {
    /** The sink that it is meant for. */
    String sink();

    /** An output within the entry. */
    record Inline(Output output) implements StoredOutput {
        @Override
        public String sink() {
            return output.sink();
        }
    }

    /**
     * An output in an item of its own, because it was too large for the entry (L4).
     *
     * @param index the item's sort key; its partition key has the entry's number and writer
     * @param checksum CRC-32C of the payload. It binds the item to this entry
     */
    record Apart(String sink, long index, int checksum) implements StoredOutput {}
}
