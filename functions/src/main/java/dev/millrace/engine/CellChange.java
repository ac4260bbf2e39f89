package dev.millrace.engine;

import org.jspecify.annotations.Nullable;

/**
 * A change to one cell of keyed state.
 *
 * @param id the operator and key
 * @param namespace which of the key's cells: the start of a slice or session in epoch milliseconds, or 0
 * @param value the cell's new content, or null where the cell is gone. Not to be changed afterwards
 */
public record CellChange(KeyId id, long namespace, byte @Nullable [] value) {}
