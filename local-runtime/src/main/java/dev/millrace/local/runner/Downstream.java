package dev.millrace.local.runner;

import dev.millrace.driver.EagerDriver;
import dev.millrace.engine.Handed;
import dev.millrace.engine.Handover;
import dev.millrace.engine.UpstreamId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a partition hands over, and to which stages. For one thread at a time. */
final class Downstream {
    private final UpstreamId from;
    private final Map<String, EagerStage> stages;
    private final Map<String, Handover> ways = new HashMap<>();
    private long life;
    private boolean isFirst = true;

    /** @param stages all that the partition sends to, by their names */
    Downstream(UpstreamId from, Map<String, EagerStage> stages) {
        this.from = from;
        this.stages = new LinkedHashMap<>(stages);
        stages.forEach((name, stage) -> ways.put(name, new Way(stage)));
    }

    private final class Way implements Handover {
        private final EagerStage stage;

        Way(EagerStage stage) {
            this.stage = stage;
        }

        @Override
        public int receivers() {
            return stage.receivers();
        }

        @Override
        public int receiverOf(byte[] key) {
            return stage.receiverOf(key);
        }

        @Override
        public void give(int receiver, Handed handed) {
            stage.give(receiver, new Channel.Message.Given(handed, life, isFirst));
        }
    }

    /** The partition begins again from its last commit: what it has handed over since is handed over again. */
    void begin() {
        life++;
        isFirst = true;
    }

    /** Hands over what waits. */
    void handOver(EagerDriver driver) {
        driver.handOver(ways);
        isFirst = false;
    }

    /**
     * Commits, once all that came of it has left, and is committed by those that it was handed to.
     *
     * @param nowMillis the time, in epoch milliseconds
     * @throws RuntimeException if that is not so: the partition must begin again
     */
    void commit(EagerDriver driver, long nowMillis) {
        driver.emitAll(nowMillis);
        handOver(driver);
        Map<EagerStage, List<CompletableFuture<Void>>> barriers = new LinkedHashMap<>();
        stages.values().forEach(stage -> barriers.put(stage, stage.barrier(new Sender(from, life))));
        barriers.forEach(EagerStage::await);
        driver.commit();
    }
}
