package dev.millrace.local.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What deals a source's shards out. */
enum WorkersFrom {
    /** All of them to threads of this process. */
    THREADS("threads"),
    /** To all processes that run the pipeline, by leases of the Kinesis Client Library. */
    KCL("kcl");

    private final String text;

    WorkersFrom(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }

    /** Reads an option's text. */
    static final class Converter implements ITypeConverter<WorkersFrom> {
        @Override
        public WorkersFrom convert(String text) {
            for (WorkersFrom from : values()) {
                if (from.text.equals(text)) {
                    return from;
                }
            }
            throw new TypeConversionException("workers do not come from '" + text + "': write threads or kcl");
        }
    }
}
