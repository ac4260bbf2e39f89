package dev.millrace.engine;

import java.util.ArrayList;
import java.util.List;

/** The outputs since the last commit. */
final class Outbox {
    private final List<Output> outputs = new ArrayList<>();
    private long bytes;

    void add(Output output) {
        outputs.add(output);
        bytes += output.payload().length;
    }

    int size() {
        return outputs.size();
    }

    long bytes() {
        return bytes;
    }

    List<Output> outputs() {
        return outputs;
    }

    void clear() {
        outputs.clear();
        bytes = 0;
    }

    /** Forgets the outputs from an index on. */
    void truncate(int size) {
        while (outputs.size() > size) {
            bytes -= outputs.remove(outputs.size() - 1).payload().length;
        }
    }
}
