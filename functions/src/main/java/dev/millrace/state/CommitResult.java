package dev.millrace.state;

/** What became of a commit. */
public sealed interface CommitResult {
    /** It is entry {@code number}, and the new tip. */
    record Committed(long number) implements CommitResult {}

    /** Someone else wrote that entry; nothing was written. Catch up, and begin again from what is there (L2). */
    record Fenced() implements CommitResult {}
}
