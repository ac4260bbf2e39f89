package dev.millrace.plan;

/**
 * The way from one stage to another.
 *
 * @param stage the name of the stage that is sent to
 * @param stream the internal Kinesis stream that it reads
 */
public record Exchange(String stage, String stream) {}
