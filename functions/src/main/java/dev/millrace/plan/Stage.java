package dev.millrace.plan;

import java.util.List;

/**
 * The part of a pipeline that one function runs.
 *
 * @param name the stage's name, which its state is stored under
 * @param inputStream the Kinesis stream whose shards are its partitions
 * @param operators the names of its operators, each after its inputs
 * @param tables the DynamoDB tables that it writes results to, in the order of the pipeline
 * @param outputStreams the Kinesis streams that it appends results to, in the order of the pipeline
 */
public record Stage(
        String name, String inputStream, List<String> operators, List<ResultTable> tables, List<String> outputStreams) {
    public Stage {
        operators = List.copyOf(operators);
        tables = List.copyOf(tables);
        outputStreams = List.copyOf(outputStreams);
    }
}
