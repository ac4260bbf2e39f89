package dev.millrace.local.packaged;

import java.util.concurrent.CompletableFuture;

/**
 * An event on its way through a function.
 *
 * @param requestId identifies it to the function
 * @param result the response, or a {@link FunctionErrorException}
 * @param over once the process wants the next invocation, or has ended
 */
record Invocation(String requestId, byte[] event, CompletableFuture<byte[]> result, CompletableFuture<Void> over) {}
