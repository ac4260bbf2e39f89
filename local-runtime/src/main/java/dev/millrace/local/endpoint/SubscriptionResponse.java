package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.KinesisException;
import dev.millrace.local.kinesis.ShardSubscription;
import dev.millrace.local.kinesis.SubscriptionEvent;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A response that stays open, and gets a subscription's events as they come. One event is in memory at most: the next is
 * made when the connection has taken the one before. No thread belongs to it. What happens to it (records come, an event
 * has been sent, the connection fails) is a signal, and signals let one of the server's threads do the next step; those
 * that come meanwhile are counted, and make it look again.
 */
final class SubscriptionResponse {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionResponse.class);
    /**
     * An empty event comes after twice that at most. The SDK for Java takes a connection for dead when it has read nothing
     * for ten seconds.
     */
    private static final long TICK_SECONDS = 2;

    private final ShardSubscription subscription;
    private final Wire wire;
    private final boolean isHttp1;
    private final Response response;
    private final Callback callback;
    private final Executor executor;
    private final Scheduler scheduler;
    private final AtomicInteger signals = new AtomicInteger();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    /** From the beginning: nothing may come before the first message. */
    private volatile boolean isSending = true;

    private volatile boolean isLast;
    /** From the beginning: the first event, be it empty, says at once whether there is anything to read. */
    private volatile boolean isTickDue = true;

    private volatile boolean isEnding;
    private volatile @Nullable Throwable failure;
    /** Of steps only, of which there is one at a time. */
    private boolean hasSentSinceTick;

    private SubscriptionResponse(
            ShardSubscription subscription, Wire wire, Request request, Response response, Callback callback) {
        this.subscription = subscription;
        this.wire = wire;
        this.isHttp1 = request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1;
        this.response = response;
        this.callback = callback;
        this.executor = request.getComponents().getExecutor();
        this.scheduler = request.getComponents().getScheduler();
    }

    /** Begins to send; completes the callback when the subscription has ended, or the connection has failed. */
    static SubscriptionResponse begin(
            ConsumerActions.Subscribed subscribed, Wire wire, Request request, Response response, Callback callback) {
        SubscriptionResponse begun =
                new SubscriptionResponse(subscribed.subscription(), wire, request, response, callback);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, EventFrame.CONTENT_TYPE);
        if (begun.isHttp1) {
            // The chunks are ours: Jetty must take this for any header, and the body to go on until the connection
            // ends.
            response.getHeaders()
                    .put(HttpHeader.CONNECTION, "close")
                    .put(new HttpField(null, HttpHeader.TRANSFER_ENCODING.asString(), "chunked"));
        }
        request.addFailureListener(begun::disconnected);
        subscribed.subscription().onChange(begun::changed);
        begun.scheduleTick();
        begun.send(EventFrame.event("initial-response", wire, subscribed));
        return begun;
    }

    /** Lets it end, without an error, as soon as what is being sent has been. */
    void end() {
        isEnding = true;
        signal();
    }

    /** Completed when it is over, however it ended. */
    CompletableFuture<Void> over() {
        return over;
    }

    private void scheduleTick() {
        scheduler.schedule(this::tick, TICK_SECONDS, TimeUnit.SECONDS);
    }

    private void tick() {
        if (!over.isDone()) {
            scheduleTick();
            isTickDue = true;
            signal();
        }
    }

    private void changed() {
        // While an event is on its way there is nothing to do: when it has arrived, the next step looks for more.
        if (!isSending) {
            signal();
        }
    }

    private void signal() {
        if (signals.getAndIncrement() == 0) {
            try {
                executor.execute(this::run);
            } catch (RejectedExecutionException e) {
                LOG.debug("The server has stopped, and its connections with it", e);
            }
        }
    }

    private void run() {
        int seen = signals.get();
        while (seen > 0) {
            try {
                step();
            } catch (KinesisException e) {
                sendLast(EventFrame.exception(e.type(), String.valueOf(e.getMessage()), wire));
            } catch (RuntimeException e) {
                LOG.error("A subscription failed", e);
                sendLast(EventFrame.exception(
                        KinesisException.Type.InternalFailure, "The local endpoint failed: " + e, wire));
            }
            seen = signals.addAndGet(-seen);
        }
    }

    private void step() {
        if (isSending || over.isDone()) {
            return;
        }
        @Nullable Throwable failed = failure;
        if (failed != null) {
            subscription.close();
            callback.failed(failed);
            over.complete(null);
        } else if (isLast) {
            subscription.close();
            callback.succeeded();
            over.complete(null);
        } else if (isEnding || subscription.expired()) {
            sendLast(BufferUtil.EMPTY_BUFFER);
        } else {
            sendNext();
        }
    }

    private void sendNext() {
        @Nullable SubscriptionEvent event = subscription.poll();
        if (event != null) {
            hasSentSinceTick = true;
            isLast = event.continuationSequenceNumber() == null;
            send(frame(event));
        } else if (isTickDue) {
            isTickDue = false;
            if (!hasSentSinceTick) {
                send(frame(subscription.idle()));
            }
            hasSentSinceTick = false;
        }
    }

    private ByteBuffer frame(SubscriptionEvent event) {
        return EventFrame.event("SubscribeToShardEvent", wire, out -> {
            RecordActions.writeRecords(out, event.records())
                    .text("ContinuationSequenceNumber", event.continuationSequenceNumber())
                    .number("MillisBehindLatest", event.millisBehindLatest());
            ShardActions.writeChildren(out, event.childShards());
        });
    }

    private void sendLast(ByteBuffer frame) {
        isLast = true;
        send(frame);
    }

    private void send(ByteBuffer frame) {
        isSending = true;
        ByteBuffer sent = isHttp1 ? EventFrame.chunk(frame, isLast) : frame;
        response.write(isLast, sent, Callback.from(this::sent, this::failed));
    }

    private void sent() {
        isSending = false;
        signal();
    }

    private void failed(Throwable cause) {
        failure = cause;
        sent();
    }

    /** If something is being sent, that fails, too, and only then may the callback be completed. */
    private void disconnected(Throwable cause) {
        failure = cause;
        signal();
    }
}
