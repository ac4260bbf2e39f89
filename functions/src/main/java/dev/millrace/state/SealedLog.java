package dev.millrace.state;

import dev.millrace.engine.KeyedState;
import dev.millrace.engine.Progress;

/**
 * A log that was sealed, and never changes again.
 *
 * @param sealNumber the number of its last entry
 * @param state its keyed state; only to be read
 */
public record SealedLog(Header header, long sealNumber, Progress progress, KeyedState state) {}
