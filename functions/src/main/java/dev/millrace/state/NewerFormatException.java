package dev.millrace.state;

/** A stored item of a format that this version of the library does not know. */
public final class NewerFormatException extends UnreadableItemException {
    NewerFormatException(StoredItem item, int version, int newestKnown) {
        super(
                item.key(),
                item.table(),
                "has format version " + version + ", and this library knows versions up to " + newestKnown
                        + ". A newer version of the library wrote it: deploy that version, or a later one, everywhere");
    }
}
