package dev.millrace.local.endpoint;

import java.io.IOException;

/** What an action answers: writes its fields into an object that is already begun. */
@FunctionalInterface
interface Reply {
    /** An answer without fields. */
    Reply EMPTY = out -> {};

    void write(WireWriter out) throws IOException;
}
