package dev.millrace.local.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The version, as the build wrote it down. */
final class BuildVersion implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        Properties build = new Properties();
        try (@Nullable InputStream in = BuildVersion.class.getResourceAsStream("build.properties")) {
            if (in == null) {
                throw new IOException("build.properties is missing from the jar");
            }
            build.load(in);
        }
        return new String[] {
            "millrace " + build.getProperty("version") + " (Java " + System.getProperty("java.version") + ")"
        };
    }
}
