package dev.millrace.local.compare;

/** The two ways in which a pipeline runs, by the names that figures have. */
public enum ComparedMode {
    MICRO_BATCH("micro-batch"),
    RECORD_AT_A_TIME("record-at-a-time");

    private final String text;

    ComparedMode(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
