package dev.millrace.local.runner;

import dev.millrace.engine.UpstreamId;

/**
 * A partition that hands something over.
 *
 * @param life grows whenever it has begun again from its last commit
 */
record Sender(UpstreamId id, long life) {}
