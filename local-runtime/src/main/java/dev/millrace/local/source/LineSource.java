package dev.millrace.local.source;

import dev.millrace.local.lines.PartitionKeys;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The sources whose records are lines. */
final class LineSource {
    private LineSource() {}

    private static LineStream open(LineInput input, SourceSettings settings) {
        return LineStream.open(
                input,
                new Dealer(settings.shardCount()),
                new PartitionKeys(settings.partitionKeyField()),
                settings.clock(),
                LineStream.CAPACITY_BYTES);
    }

    record File(String path) implements SourceSpec.Openable {
        File {
            if (path.isBlank()) {
                throw new IllegalArgumentException(
                        "the source names no file: write file:PATH, or - for standard input");
            }
        }

        @Override
        public boolean isBounded() {
            return true;
        }

        @Override
        public boolean isReplayable() {
            return true;
        }

        @Override
        public Source open(SourceSettings settings) {
            Path file;
            try {
                file = Path.of(path);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("'" + path + "' is no path of a file: " + e.getMessage(), e);
            }
            FileStream stream = FileStream.open(
                    file,
                    new Dealer(settings.shardCount()),
                    new PartitionKeys(settings.partitionKeyField()),
                    settings.clock());
            return new Source(stream, isBounded(), isReplayable(), stream::close);
        }

        @Override
        public String identity(SourceSettings settings) {
            return new File(Path.of(path).toAbsolutePath().normalize().toString()).identityByText(settings);
        }

        private String identityByText(SourceSettings settings) {
            return SourceSpec.Openable.super.identity(settings);
        }

        @Override
        public String toString() {
            return "file:" + path;
        }
    }

    record Tcp(String host, int port) implements SourceSpec.Openable {
        private static final int MOST = 65_535;

        static Tcp parse(String rest) {
            String address = rest.startsWith("//") ? rest.substring(2) : rest;
            int colon = address.lastIndexOf(':');
            String host = colon < 0 ? "" : address.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            } else if (host.contains(":")) {
                throw wrong(rest, "an IPv6 address needs brackets, as in tcp:[::1]:9000");
            }
            if (host.isBlank()) {
                throw wrong(rest, "it needs a host and a port, as in tcp:localhost:9000");
            }
            try {
                int port = Integer.parseInt(address.substring(colon + 1));
                if (port >= 1 && port <= MOST) {
                    return new Tcp(host, port);
                }
            } catch (NumberFormatException e) {
                throw wrong(rest, "its port is no number; write one, as in tcp:localhost:9000");
            }
            throw wrong(rest, "its port must be from 1 to 65535");
        }

        private static IllegalArgumentException wrong(String rest, String why) {
            return new IllegalArgumentException("source 'tcp:" + rest + "': " + why);
        }

        @Override
        public boolean isBounded() {
            return true;
        }

        @Override
        public boolean isReplayable() {
            return false;
        }

        @Override
        public Source open(SourceSettings settings) {
            TcpInput input =
                    new TcpInput(host, port, pause -> TimeUnit.NANOSECONDS.sleep(pause.toNanos()), System::nanoTime);
            LineStream stream = LineSource.open(input, settings);
            return new Source(stream, isBounded(), isReplayable(), stream::close);
        }

        @Override
        public String toString() {
            return "tcp:" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    record Input() implements SourceSpec.Openable {
        @Override
        public boolean isBounded() {
            return true;
        }

        @Override
        public boolean isReplayable() {
            return false;
        }

        @Override
        public Source open(SourceSettings settings) {
            LineStream stream = LineSource.open(LineInput.of("stdin", settings.in()), settings);
            return new Source(stream, isBounded(), isReplayable(), stream::close);
        }

        @Override
        public String toString() {
            return "stdin";
        }
    }
}
