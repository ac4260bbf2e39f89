package dev.millrace.local.packaged;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a function's process is started: as the managed Java 17 runtime does it.
 *
 * @param name the function's
 * @param code what it runs
 * @param variables its own environment
 * @param endpoint the local AWS endpoint
 */
record FunctionCommand(
        RuntimeClient client, String name, PackagedCode code, Map<String, String> variables, URI endpoint) {
    private static final String REGION = "us-east-1";
    /** Of a function's memory, as {@code MaxHeapSize} is on Lambda; the rest is for classes, code and threads. */
    private static final double HEAP_SHARE = 0.85;

    FunctionLimits limits() {
        return code.limits();
    }

    String functionArn() {
        return "arn:aws:lambda:" + REGION + ":" + EmbeddedKinesis.ACCOUNT_ID + ":function:" + name;
    }

    /** @param runtimeApi the address of the process's Runtime API */
    ProcessBuilder process(String runtimeApi) {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:MaxHeapSize=" + (long) (limits().memoryMegabytes() * 1024 * HEAP_SHARE) + "k",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-D" + RuntimeClient.NATIVE_LIBRARY_PROPERTY + "=" + client.nativeLibrary(),
                        "-cp",
                        client.classPathWith(code.jar().path()),
                        RuntimeClient.MAIN_CLASS,
                        code.handler()))
                .directory(client.taskRoot().toFile())
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        // What is left is for the user's own code; these would be settings of the machine's user, not the function's.
        environment
                .keySet()
                .removeIf(variable -> variable.startsWith("AWS_")
                        || variable.startsWith("MILLRACE_")
                        || variable.startsWith("_JAVA_OPTIONS"));
        environment.putAll(lambdaVariables(runtimeApi));
        environment.putAll(variables);
        return builder;
    }

    /** Source: "Defined runtime environment variables" in the AWS Lambda Developer Guide. */
    private Map<String, String> lambdaVariables(String runtimeApi) {
        Map<String, String> environment = new HashMap<>();
        environment.put("_HANDLER", code.handler());
        environment.put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
        environment.put("AWS_LAMBDA_FUNCTION_NAME", name);
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", String.valueOf(limits().memoryMegabytes()));
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + name);
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "local");
        environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        environment.put("AWS_EXECUTION_ENV", "AWS_Lambda_java17");
        environment.put("LAMBDA_TASK_ROOT", client.taskRoot().toString());
        environment.put("AWS_REGION", REGION);
        environment.put("AWS_DEFAULT_REGION", REGION);
        environment.put("AWS_ACCESS_KEY_ID", "local");
        environment.put("AWS_SECRET_ACCESS_KEY", "local");
        environment.put("AWS_ENDPOINT_URL", endpoint.toString());
        environment.put("TZ", ":UTC");
        environment.put("LANG", "en_US.UTF-8");
        return environment;
    }
}
