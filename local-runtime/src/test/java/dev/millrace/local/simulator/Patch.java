package dev.millrace.local.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A change to the source of one class. What is there now is found whatever its white space is, since the build formats it.
 *
 * @param type the class, under {@code dev/millrace}, as in {@code state/Cover}
 * @param now what is there, exactly once
 * @param then what is to be there instead
 */
record Patch(String type, String now, String then) {
    /** Thrown where a patch does not fit what it is for. */
    static final class DoesNotFit extends RuntimeException {
        private static final long serialVersionUID = 1;

        private DoesNotFit(String message) {
            super(message);
        }
    }

    /** The class's source as it is. */
    String read() {
        String module = type.startsWith("local/") ? "local-runtime" : "functions";
        Path file =
                Path.of("..", module, "src", "main", "java", "dev", "millrace").resolve(type + ".java");
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("There is no source of " + className(), e);
        }
    }

    String className() {
        return "dev.millrace." + type.replace('/', '.');
    }

    /** @throws DoesNotFit if what is to be replaced is not there, or more than once */
    String applyTo(String source) {
        StringBuilder dense = new StringBuilder(source.length());
        int[] places = new int[source.length()];
        for (int i = 0; i < source.length(); i++) {
            if (!Character.isWhitespace(source.charAt(i))) {
                places[dense.length()] = i;
                dense.append(source.charAt(i));
            }
        }
        String wanted = now.replaceAll("\\s", "");
        int first = dense.indexOf(wanted);
        if (first < 0 || dense.indexOf(wanted, first + 1) >= 0) {
            throw new DoesNotFit(
                    "The patch of " + className() + " does not fit any more: this must be there once, and is"
                            + " there " + (first < 0 ? "not at all" : "several times") + ":\n" + now);
        }
        int end = places[first + wanted.length() - 1] + 1;
        return source.substring(0, places[first]) + then + source.substring(end);
    }
}
