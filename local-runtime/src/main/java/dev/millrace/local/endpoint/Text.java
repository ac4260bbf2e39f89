package dev.millrace.local.endpoint;

/** Text that comes from outside, and may not be what Unicode calls text. */
final class Text {
    private Text() {}

    /** Whether every surrogate is one of a pair. Without an encoder, since each record's partition key comes by here. */
    static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
