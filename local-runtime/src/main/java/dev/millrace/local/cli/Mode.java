package dev.millrace.local.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How {@code dev} has records processed. */
enum Mode {
    MICRO_BATCH("micro-batch"),
    RECORD_AT_A_TIME("record-at-a-time");

    private final String text;

    Mode(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }

    /** Reads an option's text. */
    static final class Converter implements ITypeConverter<Mode> {
        @Override
        public Mode convert(String text) {
            for (Mode mode : values()) {
                if (mode.text.equals(text)) {
                    return mode;
                }
            }
            throw new TypeConversionException("'" + text + "' is no mode: write micro-batch or record-at-a-time");
        }
    }
}
