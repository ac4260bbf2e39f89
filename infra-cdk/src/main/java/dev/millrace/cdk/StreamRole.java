package dev.millrace.cdk;

/** What a pipeline has a stream for. */
enum StreamRole {
    SOURCE,
    INTERNAL,
    OUTPUT,
    DEAD_LETTERS
}
