package dev.millrace.state;

import dev.millrace.engine.KeyId;
import java.nio.charset.StandardCharsets;

/** How messages name an operator and key: a key may be long, or no text at all. */
final class KeyText {
    private static final int MAX_BYTES = 60;

    private KeyText() {}

    static String of(KeyId id) {
        String operator = "operator '" + id.operator() + "'";
        if (id.isKeyless()) {
            return operator + " (state that belongs to no key)";
        }
        byte[] key = id.key();
        String text = new String(key, 0, Math.min(key.length, MAX_BYTES), StandardCharsets.UTF_8);
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '\ufffd' : c));
        return operator + ", key '" + shown + "'" + (key.length > MAX_BYTES ? "... (" + key.length + " bytes)" : "");
    }
}
