package dev.millrace.local.runner;

import dev.millrace.engine.HashRange;
import dev.millrace.engine.UpstreamId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition of a stage behind a {@code keyBy}, at least once: takes what it is handed, emits what comes of it at once, and commits
 * when a sender is about to. Where it fails it goes back to its last commit, and takes nothing more of the senders' present lives:
 * each hears of it when it wants to commit, and begins again from its own last commit.
 */
final class EagerPartition implements Channel.Turns {
    /** Sends a barrier that nobody's commit waits for. */
    static final Sender NOBODY = new Sender(new UpstreamId("", ""), Long.MAX_VALUE);

    private static final Logger LOG = LoggerFactory.getLogger(EagerPartition.class);
    private static final long NO_LIFE = -1;

    private final KeyedPartition partition;
    private final Downstream downstream;
    private final Channel channel;
    private final Map<UpstreamId, Long> lives = new HashMap<>();
    private final Map<UpstreamId, Long> lost = new HashMap<>();
    private boolean hasBegun;
    private boolean hasFailed;
    private boolean wasGiven;
    private Throwable lastFailure = new IllegalStateException("nothing has failed");

    EagerPartition(KeyedPartition partition, Downstream downstream, Executor workers) {
        this.partition = partition;
        this.downstream = downstream;
        this.channel = new Channel(this, workers);
    }

    Channel channel() {
        return channel;
    }

    HashRange range() {
        return partition.range();
    }

    @Override
    public void take(List<Channel.Message> messages) {
        if (hasFailed && !hasBegun && messages.stream().allMatch(message -> message instanceof Channel.Message.Tick)) {
            // Where others go on with it meanwhile, to begin again unasked would only hold them up.
            return;
        }
        List<CompletableFuture<Void>> committing = new ArrayList<>();
        int next = 0;
        try {
            if (!hasBegun) {
                begin();
            }
            boolean isGiven = false;
            for (; next < messages.size(); next++) {
                Channel.Message message = messages.get(next);
                if (message instanceof Channel.Message.Given given) {
                    isGiven |= take(given);
                } else if (message instanceof Channel.Message.Barrier barrier) {
                    if (isLost(barrier.sender())) {
                        barrier.committed().completeExceptionally(lastFailure);
                    } else {
                        committing.add(barrier.committed());
                    }
                } else if (message instanceof Channel.Message.Committed committed) {
                    take(committed);
                } else {
                    tick();
                }
            }
            if (isGiven) {
                partition.useEager(driver -> {
                    driver.emit();
                    downstream.handOver(driver);
                });
            }
            if (!committing.isEmpty() || isFull()) {
                commit();
                committing.forEach(committed -> committed.complete(null));
            }
        } catch (Throwable e) {
            // Whatever it is: senders wait to hear of it.
            fail(e, messages.subList(Math.min(next, messages.size()), messages.size()), committing);
        }
    }

    private void begin() {
        partition.useEager(driver -> driver.drop());
        partition.tick();
        partition.useEager(driver -> driver.begin());
        downstream.begin();
        hasBegun = true;
    }

    private boolean take(Channel.Message.Given given) throws InterruptedException {
        Sender sender = new Sender(given.handed().from(), given.life());
        lives.put(sender.id(), sender.life());
        if (isLost(sender)) {
            return false;
        }
        if (given.mayFollowOthers()) {
            commit();
            partition.readStream();
            partition.useEager(driver -> driver.begin());
        }
        wasGiven = true;
        partition.useEager(driver -> driver.take(given.handed(), partition.nowMillis(), this::commit));
        return true;
    }

    private boolean isLost(Sender sender) {
        return sender.life() <= lost.getOrDefault(sender.id(), NO_LIFE);
    }

    private void take(Channel.Message.Committed committed) throws InterruptedException {
        try {
            commit();
            partition.feed(committed.sent());
            partition.flush();
            partition.useEager(driver -> driver.begin());
            committed.taken().complete(null);
        } catch (RuntimeException | Error | InterruptedException e) {
            committed.taken().completeExceptionally(e);
            throw e;
        }
    }

    private void tick() {
        partition.useEager(driver -> driver.emitAll(partition.nowMillis()));
        if (!wasGiven) {
            // Nobody will ask for it soon.
            commit();
        }
        wasGiven = false;
    }

    private boolean isFull() {
        return partition.eager(driver -> driver.changedKeys()) >= RunnerSettings.MOST_CHANGED_KEYS;
    }

    private void commit() {
        partition.useEager(driver -> {
            if (driver.isUncommitted()) {
                downstream.commit(driver, partition.nowMillis());
            }
        });
    }

    private void fail(Throwable e, List<Channel.Message> left, List<CompletableFuture<Void>> committing) {
        lastFailure = e;
        hasFailed = true;
        hasBegun = false;
        committing.forEach(committed -> committed.completeExceptionally(e));
        for (Channel.Message message : left) {
            if (message instanceof Channel.Message.Given given) {
                lives.put(given.handed().from(), given.life());
            } else if (message instanceof Channel.Message.Barrier barrier) {
                barrier.committed().completeExceptionally(e);
            } else if (message instanceof Channel.Message.Committed committed) {
                committed.taken().completeExceptionally(e);
            }
        }
        lost.putAll(lives);
        LOG.warn(
                "Partition {} goes on from its last commit, and so do those that send to it: {}",
                partition.shardId(),
                e.toString());
        LOG.debug("The failure", e);
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
    }
}
