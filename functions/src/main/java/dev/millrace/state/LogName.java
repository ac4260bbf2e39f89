package dev.millrace.state;

/**
 * Which partition's log it is. The parts take part in table keys, so none may be empty, longer than 200 characters or
 * contain a slash.
 */
public record LogName(String pipeline, String stage, String partition) {
    private static final int MAX_LENGTH = 200;

    public LogName {
        check("pipeline", pipeline);
        check("stage", stage);
        check("partition", partition);
    }

    private static void check(String part, String value) {
        if (value.isEmpty() || value.length() > MAX_LENGTH || value.indexOf('/') >= 0) {
            throw new IllegalArgumentException("the " + part + " '" + value + "' cannot name a state log: use 1 to "
                    + MAX_LENGTH + " characters, none of them a slash");
        }
    }

    @Override
    public String toString() {
        return pipeline + "/" + stage + "/" + partition;
    }
}
