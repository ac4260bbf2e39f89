package dev.millrace.local.clients;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.processor.ShardRecordProcessorFactory;

/** Keeps what a worker is given, by shard, and checkpoints each batch. */
final class RecordingProcessors implements ShardRecordProcessorFactory {
    /** Texts in the order of their shard. */
    final Map<String, List<String>> byShard = new ConcurrentHashMap<>();

    final List<String> ended = new CopyOnWriteArrayList<>();

    List<String> texts() {
        List<String> texts = new ArrayList<>();
        byShard.values().forEach(texts::addAll);
        return texts;
    }

    @Override
    public ShardRecordProcessor shardRecordProcessor() {
        return new Recorder();
    }

    private static void checkpoint(RecordProcessorCheckpointer checkpointer) {
        try {
            checkpointer.checkpoint();
        } catch (InvalidStateException | ShutdownException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Recorder implements ShardRecordProcessor {
        private String shard = "";

        @Override
        public void initialize(InitializationInput input) {
            shard = input.shardId();
        }

        @Override
        public void processRecords(ProcessRecordsInput input) {
            List<String> texts = byShard.computeIfAbsent(shard, id -> new CopyOnWriteArrayList<>());
            List<String> batch = input.records().stream()
                    .map(record -> record.partitionKey() + "=" + StandardCharsets.UTF_8.decode(record.data()))
                    .toList();
            // Only what is checkpointed is done: the rest comes again, at another worker.
            checkpoint(input.checkpointer());
            texts.addAll(batch);
        }

        @Override
        public void leaseLost(LeaseLostInput input) {}

        @Override
        public void shardEnded(ShardEndedInput input) {
            ended.add(shard);
            checkpoint(input.checkpointer());
        }

        @Override
        public void shutdownRequested(ShutdownRequestedInput input) {
            checkpoint(input.checkpointer());
        }
    }
}
