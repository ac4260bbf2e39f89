package dev.millrace.local.endpoint;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The responses that stay open. They end with the endpoint, before its server does: clients then see no error. */
final class OpenSubscriptions implements AutoCloseable {
    /** For those whose clients do not read; the others end at once. */
    private static final long CLOSE_SECONDS = 1;

    private final Set<SubscriptionResponse> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    void begun(SubscriptionResponse response) {
        open.add(response);
        CompletableFuture<Void> unused = response.over().thenRun(() -> open.remove(response));
        if (isClosed) {
            response.end();
        }
    }

    @Override
    public void close() {
        isClosed = true;
        open.forEach(SubscriptionResponse::end);
        CompletableFuture.allOf(open.stream().map(SubscriptionResponse::over).toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
