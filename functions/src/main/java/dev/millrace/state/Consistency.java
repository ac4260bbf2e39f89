package dev.millrace.state;

/** How current a read is. */
public enum Consistency {
    /** May miss recent writes, each item on its own; costs half. */
    EVENTUAL,
    /** Sees every write that was acknowledged before the read began. */
    STRONG
}
