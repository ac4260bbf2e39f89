package dev.millrace.local.source;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a pipeline is to read, as the text of an option says it. {@link #parse} it, and open it if it is {@link Openable}. */
public sealed interface SourceSpec permits SourceSpec.Embedded, SourceSpec.Kinesis, SourceSpec.Openable {
    /** Whether it may come to an end. */
    boolean isBounded();

    /** Whether it can be read again from a sequence number, also by another process. Exactly-once needs that. */
    boolean isReplayable();

    /**
     * What tells it from others, wherever a process runs and however records are dealt: positions of one say nothing of another.
     */
    default String identity(SourceSettings settings) {
        return toString();
    }

    /** The stream in this process; whoever runs a pipeline has it. */
    record Embedded() implements SourceSpec {
        @Override
        public boolean isBounded() {
            return false;
        }

        @Override
        public boolean isReplayable() {
            return true;
        }

        @Override
        public String toString() {
            return "embedded";
        }
    }

    /** A stream at a Kinesis; whoever runs a pipeline has a client of it. */
    record Kinesis(String stream) implements SourceSpec {
        private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");

        public Kinesis {
            if (!NAME.matcher(stream).matches()) {
                throw new IllegalArgumentException("'" + stream
                        + "' is no name of a Kinesis stream: it has 1 to 128 of a-z, A-Z, 0-9, '_', '.' and '-', as in"
                        + " kinesis:clicks");
            }
        }

        @Override
        public boolean isBounded() {
            return false;
        }

        @Override
        public boolean isReplayable() {
            return true;
        }

        @Override
        public String toString() {
            return "kinesis:" + stream;
        }
    }

    /** One that needs nothing but what is here. Its text is what it is parsed from. */
    sealed interface Openable extends SourceSpec permits LineSource.File, LineSource.Tcp, LineSource.Input, RateSource {
        /**
         * Opens it; whoever gets it closes it. A socket is connected to in the background.
         *
         * @throws IllegalArgumentException if the settings are out of bounds, or lack what it needs
         * @throws StreamReadException if it cannot be read; the message is for the person who named it
         */
        Source open(SourceSettings settings);

        @Override
        default String identity(SourceSettings settings) {
            String field = settings.partitionKeyField();
            return this + ", dealt to " + settings.shardCount() + " shards by "
                    + (field == null ? "content" : "field '" + field + "'");
        }
    }

    /**
     * Reads a text: {@code embedded}, {@code kinesis:STREAM}, {@code file:PATH} or a path by itself, {@code tcp:HOST:PORT},
     * {@code stdin} or {@code -}, {@code rate:N[,count=M][,start=TIME][,template=TEXT]}.
     *
     * @throws IllegalArgumentException if it is none of these; the message has the value and what to write
     */
    static SourceSpec parse(String text) {
        Matcher kind =
                Pattern.compile("([a-zA-Z][a-zA-Z0-9+-]+):(.*)", Pattern.DOTALL).matcher(text);
        if (kind.matches()) {
            String rest = kind.group(2);
            return switch (kind.group(1).toLowerCase(Locale.ROOT)) {
                case "kinesis" -> new Kinesis(rest);
                case "file" -> new LineSource.File(rest);
                case "tcp" -> LineSource.Tcp.parse(rest);
                case "rate" -> RateSource.parse(rest);
                default ->
                    throw new IllegalArgumentException("source '" + text + "' begins with '" + kind.group(1)
                            + ":', which is no kind of source; there are embedded, kinesis:STREAM, file:PATH, tcp:HOST:PORT,"
                            + " stdin and rate:N. If it is a file's name, write file:" + text);
            };
        }
        return switch (text) {
            case "embedded" -> new Embedded();
            case "stdin", "-" -> new LineSource.Input();
            default -> new LineSource.File(text);
        };
    }
}
