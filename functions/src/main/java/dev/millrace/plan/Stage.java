package dev.millrace.plan;

import java.util.List;

/**
 * The part of a pipeline that one function runs.
 *
 * @param name the stage's name, which its state is stored under
 * @param inputStream the Kinesis stream whose shards are its partitions: the source, or an internal stream
 * @param upstreams the names of the stages that send to it through its input stream; none for the stage that reads the source
 * @param operators the names of its operators, each after its inputs
 * @param tables the DynamoDB tables that it writes results to, in the order of the pipeline
 * @param outputStreams the Kinesis streams that it appends results to, in the order of the pipeline
 * @param exchanges the stages that it sends to, in the order of the pipeline
 * @param permissions what its function must be allowed to do, and no more; streams first
 */
public record Stage(
        String name,
        String inputStream,
        List<String> upstreams,
        List<String> operators,
        List<ResultTable> tables,
        List<String> outputStreams,
        List<Exchange> exchanges,
        List<Permission> permissions) {
    public Stage {
        upstreams = List.copyOf(upstreams);
        operators = List.copyOf(operators);
        tables = List.copyOf(tables);
        outputStreams = List.copyOf(outputStreams);
        exchanges = List.copyOf(exchanges);
        permissions = List.copyOf(permissions);
    }

    /** Whether it reads the pipeline's source, and not an internal stream. */
    public boolean readsSource() {
        return upstreams.isEmpty();
    }
}
