package dev.millrace.local.clients;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.waiters.KinesisWaiter;

/** The Kinesis clients of the AWS SDK for Java. */
enum SdkClient {
    SYNC_CBOR(false, true),
    SYNC_JSON(false, false),
    ASYNC_CBOR(true, true),
    ASYNC_JSON(true, false);

    private final boolean isAsync;
    private final boolean isCbor;

    SdkClient(boolean isAsync, boolean isCbor) {
        this.isAsync = isAsync;
        this.isCbor = isCbor;
    }

    String contentType() {
        return isCbor ? "application/x-amz-cbor-1.1" : "application/x-amz-json-1.1";
    }

    /**
     * A client.
     *
     * @param contentTypes of the requests that it has sent
     */
    record Connection(KinesisClient client, Set<String> contentTypes, Runnable closing) implements AutoCloseable {
        @Override
        public void close() {
            closing.run();
        }
    }

    Connection connect(URI endpoint) {
        Set<String> contentTypes = ConcurrentHashMap.newKeySet();
        String property = SdkSystemSetting.CBOR_ENABLED.property();
        System.setProperty(property, Boolean.toString(isCbor));
        try {
            // The protocol is chosen when the client is built.
            if (isAsync) {
                KinesisAsyncClient client = configured(KinesisAsyncClient.builder(), endpoint, contentTypes);
                return new Connection(waiting(client), contentTypes, client::close);
            }
            KinesisClient client = configured(
                    KinesisClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder()),
                    endpoint,
                    contentTypes);
            return new Connection(client, contentTypes, client::close);
        } finally {
            System.clearProperty(property);
        }
    }

    /** An asynchronous client that is not waited for. */
    static KinesisAsyncClient async(URI endpoint, Protocol protocol, boolean isCbor) {
        String property = SdkSystemSetting.CBOR_ENABLED.property();
        System.setProperty(property, Boolean.toString(isCbor));
        try {
            return configured(
                    KinesisAsyncClient.builder()
                            .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(protocol)),
                    endpoint,
                    ConcurrentHashMap.newKeySet());
        } finally {
            System.clearProperty(property);
        }
    }

    private static <B extends AwsClientBuilder<B, C>, C> C configured(
            B builder, URI endpoint, Set<String> contentTypes) {
        ExecutionInterceptor recorder = new ExecutionInterceptor() {
            @Override
            public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
                context.httpRequest().firstMatchingHeader("Content-Type").ifPresent(contentTypes::add);
            }
        };
        return builder.endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("anybody", "anything")))
                .overrideConfiguration(config -> config.addExecutionInterceptor(recorder))
                .build();
    }

    /** The asynchronous client, each of whose replies is waited for. */
    private static KinesisClient waiting(KinesisAsyncClient client) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            boolean isRequest =
                    method.getParameterCount() == 1 && SdkRequest.class.isAssignableFrom(method.getParameterTypes()[0]);
            if (method.getName().equals("waiter")) {
                return KinesisWaiter.builder().client((KinesisClient) proxy).build();
            }
            if (!isRequest) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            }
            Object reply = KinesisAsyncClient.class
                    .getMethod(method.getName(), method.getParameterTypes())
                    .invoke(client, arguments);
            try {
                return ((CompletableFuture<?>) reply).join();
            } catch (CompletionException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        };
        return (KinesisClient)
                Proxy.newProxyInstance(SdkClient.class.getClassLoader(), new Class<?>[] {KinesisClient.class}, handler);
    }
}
