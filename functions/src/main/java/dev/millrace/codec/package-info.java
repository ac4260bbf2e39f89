/**
 * Codecs: how values become bytes and come back. {@link dev.millrace.codec.Codecs} has the usual ones; implement
 * {@link dev.millrace.codec.Codec} for your own. Imports no other package of the project.
 */
@NullMarked
package dev.millrace.codec;

import org.jspecify.annotations.NullMarked;
