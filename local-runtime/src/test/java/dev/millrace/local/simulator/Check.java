package dev.millrace.local.simulator;

import java.util.Arrays;
import java.util.regex.Pattern;

/** What finds a mistake, told by how it says so. */
enum Check {
    ROWS("rows", "The rows of table .*|Row .* was left with an interim result.*|The interim result .*"),
    FINAL_RESULTS("final results", "The final results in stream .*|Two final results .*"),
    LETTERS("dead letters and late records", "The dead letters .*|The records in stream .*"),
    ONE_CONTENT("one content an id", ".* has two contents.*"),
    NO_FORK("entries follow one another", "Entries fork.*"),
    SEALED("nothing after a seal", ".* after the log was sealed"),
    BEGINNING("how a log begins", "The log of .* has begun.*|The watermark of .* has begun .*"),
    EMITTED("what is committed is emitted before the next", "The entry after .* was committed, .*"),
    WATERMARK("the watermark never goes back", "The watermark of .* went back.*"),
    ALL_PROCESSED(
            "all is processed in the end", "Nothing fails any more, and yet .*|Nothing comes in any more, and yet .*"),
    STORED("what is stored is what entries come to", "The log of .*|The state that is stored .*"),
    NO_ERROR("no errors", "The handler ended with .*");

    private final String what;
    private final Pattern message;

    Check(String what, String message) {
        this.what = what;
        this.message = Pattern.compile(message, Pattern.DOTALL);
    }

    static Check of(String message) {
        return Arrays.stream(values())
                .filter(check -> check.message.matcher(message).matches())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No check is known that says: " + message));
    }

    @Override
    public String toString() {
        return what;
    }
}
