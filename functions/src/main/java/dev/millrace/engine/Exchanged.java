package dev.millrace.engine;

/** One thing that another stage has sent: a part, or the end of an entry. */
public sealed interface Exchanged {
    UpstreamId upstream();

    Mark mark();

    record OfPart(UpstreamId upstream, Mark mark, Part part) implements Exchanged {}

    record OfEnd(UpstreamId upstream, Mark mark, EntryEnd end) implements Exchanged {}
}
