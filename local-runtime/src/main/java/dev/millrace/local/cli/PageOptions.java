package dev.millrace.local.cli;

import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.view.LiveView;
import dev.millrace.local.view.PipelineObserver;
import dev.millrace.local.view.ViewException;
import dev.millrace.local.view.ViewOptions;
import dev.millrace.plan.Plan;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of each command that shows a running pipeline on a page. */
final class PageOptions {
    private static final String VIEW_PORT = "--view-port";
    private static final String NO_VIEW = "--no-view";

    /** The names of them all. */
    static final List<String> NAMES = List.of(VIEW_PORT, NO_VIEW);

    @Option(
            names = VIEW_PORT,
            paramLabel = "N",
            description =
                    "The port on 127.0.0.1 of the page that shows the running pipeline; 0 picks a free one. By default "
                            + ViewOptions.DEFAULT_PORT + ", or a free one if that is in use.")
    private @Nullable Integer port;

    @Option(names = NO_VIEW, description = "Serve no page.")
    private boolean isOff;

    /** The page, if there is one. */
    record Page(@Nullable LiveView view) implements AutoCloseable {
        PipelineObserver observer() {
            return view == null ? PipelineObserver.NONE : view.watch();
        }

        /** What a command's ready line says of it: its address. */
        String ready() {
            return view == null ? "" : " view=" + view.uri();
        }

        @Override
        public void close() {
            if (view != null) {
                view.close();
            }
        }
    }

    /**
     * Serves the page of a pipeline that is about to start.
     *
     * @param endpoint whose port is not taken from it
     * @throws CommandFailure if the port is in use
     */
    Page open(CommandSpec command, Plan plan, LiveView.About about, LocalEndpointOptions endpoint) {
        if (isOff && port != null) {
            throw new ParameterException(
                    command.commandLine(),
                    VIEW_PORT + " and " + NO_VIEW + " exclude each other: leave one of them out");
        }
        if (isOff) {
            return new Page(null);
        }
        try {
            return new Page(LiveView.start(options(endpoint.port()), plan, about, endpoint.clock()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), VIEW_PORT + ": " + e.getMessage(), e);
        } catch (ViewException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private ViewOptions options(int endpointPort) {
        if (port != null) {
            return ViewOptions.atPort(port);
        }
        return endpointPort == ViewOptions.DEFAULT_PORT ? ViewOptions.atPort(0) : ViewOptions.defaults();
    }
}
