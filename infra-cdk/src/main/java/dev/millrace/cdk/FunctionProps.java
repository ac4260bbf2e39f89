package dev.millrace.cdk;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.RuntimeFamily;
import software.amazon.awscdk.services.logs.RetentionDays;

/**
 * How the Lambda function of a stage runs. Made by {@link #builder}, whose methods say what each is.
 *
 * @param runtime the Java runtime
 * @param architecture the processor's
 * @param memoryMebibytes the function's memory, in MiB; the processor's share grows with it
 * @param timeout after which an invocation is ended, and its batch comes again
 * @param snapStart whether the function starts from a snapshot
 * @param logRetention how long its log is kept
 * @param environment variables for the user's own code
 */
public record FunctionProps(
        Runtime runtime,
        Architecture architecture,
        int memoryMebibytes,
        Duration timeout,
        boolean snapStart,
        RetentionDays logRetention,
        Map<String, String> environment) {
    // Java and two AWS clients do not start in less.
    private static final int LEAST_MEMORY = 256;
    private static final int LEAST_JAVA = 17;
    private static final int MOST_MEMORY = 10_240;
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(15);
    private static final String OWN_VARIABLES = "MILLRACE_";

    /** @throws IllegalArgumentException if a value cannot be: the message names it, and says what can */
    public FunctionProps {
        if (runtime.getFamily() != RuntimeFamily.JAVA) {
            throw new IllegalArgumentException(
                    "runtime is " + runtime.getName() + ", and must be a Java runtime, such as Runtime.JAVA_25");
        }
        if (major(runtime) < LEAST_JAVA) {
            throw new IllegalArgumentException("runtime is " + runtime.getName() + ", and must be Java " + LEAST_JAVA
                    + " or newer, such as Runtime.JAVA_25");
        }
        if (snapStart && !Boolean.TRUE.equals(runtime.getSupportsSnapStart())) {
            throw new IllegalArgumentException("runtime " + runtime.getName()
                    + " has no SnapStart: choose another, such as Runtime.JAVA_25, or snapStart(false)");
        }
        Props.inRange("memoryMebibytes", memoryMebibytes, LEAST_MEMORY, MOST_MEMORY);
        Props.seconds("timeout", timeout, Duration.ofSeconds(1), LONGEST_TIMEOUT);
        environment = Map.copyOf(environment);
        for (String variable : environment.keySet()) {
            if (variable.startsWith(OWN_VARIABLES)) {
                throw new IllegalArgumentException(
                        "environment variable " + variable + " cannot be set: those that begin" + " with "
                                + OWN_VARIABLES + " come from the pipeline's plan. Choose another name");
            }
        }
    }

    /** Of names such as {@code java8.al2} and {@code java25}. */
    private static int major(Runtime runtime) {
        String digits = runtime.getName().replaceFirst("^java", "").replaceFirst("\\..*$", "");
        return digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : Integer.MAX_VALUE;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A function with all that is not chosen at its default. */
    public static FunctionProps defaults() {
        return builder().build();
    }

    /** Chooses, step by step. Not safe for use by several threads. */
    public static final class Builder {
        private Runtime runtime = Runtime.JAVA_25;
        private Architecture architecture = Architecture.ARM_64;
        private int memoryMebibytes = 1024;
        private Duration timeout = Duration.ofMinutes(1);
        private boolean snapStart = true;
        private RetentionDays logRetention = RetentionDays.ONE_MONTH;
        private final Map<String, String> environment = new TreeMap<>();

        private Builder() {}

        /**
         * The Java runtime, 17 or newer.
         *
         * @default Runtime.JAVA_25
         */
        public Builder runtime(Runtime value) {
            runtime = value;
            return this;
        }

        /**
         * The processor's architecture.
         *
         * @default Architecture.ARM_64
         */
        public Builder architecture(Architecture value) {
            architecture = value;
            return this;
        }

        /**
         * The function's memory, 256 to 10,240 MiB. It has one processor at 1,769 MiB, and a share of it below.
         *
         * @default 1024
         */
        public Builder memoryMebibytes(int value) {
            memoryMebibytes = value;
            return this;
        }

        /**
         * After which an invocation is ended, and its batch comes again: 1 second to 15 minutes.
         *
         * @default 1 minute
         */
        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        /**
         * Whether the function starts from a snapshot of a started one: then a version is published with each change, and an
         * alias {@code live} leads to it.
         *
         * @default true
         */
        public Builder snapStart(boolean value) {
            snapStart = value;
            return this;
        }

        /**
         * How long the function's log is kept.
         *
         * @default RetentionDays.ONE_MONTH
         */
        public Builder logRetention(RetentionDays value) {
            logRetention = value;
            return this;
        }

        /**
         * Sets an environment variable for the pipeline's own code. It is not set where the pipeline is read for deployment.
         *
         * @default none
         */
        public Builder environment(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /** @throws IllegalArgumentException if a value cannot be: the message names it, and says what can */
        public FunctionProps build() {
            return new FunctionProps(
                    runtime, architecture, memoryMebibytes, timeout, snapStart, logRetention, environment);
        }
    }
}
