package dev.millrace.local.packaged;

import dev.millrace.lambda.HandlerSettings;
import java.net.URI;
import java.util.function.Consumer;

/** Makes the functions of a packaged pipeline, and serves their Runtime API. */
public final class PackagedFunctions implements AutoCloseable {
    /** Each is a Java machine: more than this would be in each other's way. */
    private static final int MAX_PROCESSES = Math.max(2, Runtime.getRuntime().availableProcessors());

    private final PackagedCode code;
    private final URI endpoint;
    private final RuntimeClient client;
    private final RuntimeApi api;
    private final Consumer<String> lines;

    private PackagedFunctions(
            PackagedCode code, URI endpoint, RuntimeClient client, RuntimeApi api, Consumer<String> lines) {
        this.code = code;
        this.endpoint = endpoint;
        this.client = client;
        this.api = api;
        this.lines = lines;
    }

    /**
     * @param endpoint the local AWS endpoint
     * @param lines takes what functions print, from several threads
     * @throws PackagedFunctionException if functions cannot run on this machine
     */
    public static PackagedFunctions start(PackagedCode code, URI endpoint, Consumer<String> lines) {
        return new PackagedFunctions(code, endpoint, RuntimeClient.find(), RuntimeApi.start(), lines);
    }

    /**
     * A stage's function; no process is started yet. To be closed, before this is.
     *
     * @param name the function's
     */
    public PackagedFunction function(String name, HandlerSettings settings) {
        FunctionCommand command =
                new FunctionCommand(client, name, code, settings.environment(code.pipelineClass()), endpoint);
        return new PackagedFunction(command, api, lines, MAX_PROCESSES);
    }

    @Override
    public void close() {
        api.close();
    }
}
