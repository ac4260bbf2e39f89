package dev.millrace.local.compare;

import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.Plan;
import java.util.function.Function;

/**
 * Where a pipeline runs.
 *
 * @param streams its streams by their names
 * @param clients for state and results
 */
record Site(Plan plan, Function<String, SourceStream> streams, AwsClients clients) {}
