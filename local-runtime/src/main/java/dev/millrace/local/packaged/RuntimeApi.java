package dev.millrace.local.packaged;

import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Lambda Runtime API, on loopback: one port for each function's process, as each has an API of its own on Lambda. Source:
 * "Using the Lambda runtime API for custom runtimes" in the AWS Lambda Developer Guide, version 2018-06-01. Thread-safe.
 */
final class RuntimeApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeApi.class);
    /** Each port takes one, and each request. */
    private static final int MAX_THREADS = 2000;

    private final Server server;
    private final RuntimeApiHandler handler;

    private RuntimeApi(Server server, RuntimeApiHandler handler) {
        this.server = server;
        this.handler = handler;
    }

    static RuntimeApi start() {
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS);
        threads.setName("lambda-runtime-api");
        threads.setDaemon(true);
        Server server = new Server(threads);
        RuntimeApiHandler handler = new RuntimeApiHandler();
        server.setHandler(handler);
        try {
            server.start();
        } catch (Exception e) {
            throw new PackagedFunctionException("the Lambda Runtime API cannot be served: " + e, e);
        }
        return new RuntimeApi(server, handler);
    }

    /** A process's own port, until it is closed. */
    final class Port implements AutoCloseable {
        private final ServerConnector connector;

        private Port(ServerConnector connector) {
            this.connector = connector;
        }

        /** What {@code AWS_LAMBDA_RUNTIME_API} must be. */
        String address() {
            return RuntimeApiHandler.HOST + ":" + connector.getLocalPort();
        }

        @Override
        public void close() {
            handler.remove(connector);
            try {
                connector.stop();
            } catch (Exception e) {
                LOG.debug("A port of the Runtime API did not close as it should", e);
            }
            server.removeConnector(connector);
        }
    }

    Port open(RuntimeSession session) {
        HttpConfiguration config = new HttpConfiguration();
        config.setSendServerVersion(false);
        // No thread for accepting: a port has one client.
        ServerConnector connector =
                new ServerConnector(server, null, null, null, 0, 1, new HttpConnectionFactory(config));
        connector.setHost(RuntimeApiHandler.HOST);
        connector.setPort(0);
        // A process waits for its next invocation for as long as it takes.
        connector.setIdleTimeout(0);
        handler.add(connector, session);
        try {
            server.addConnector(connector);
            connector.start();
        } catch (Exception e) {
            handler.remove(connector);
            throw new PackagedFunctionException("the Lambda Runtime API cannot be served: " + e, e);
        }
        return new Port(connector);
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.debug("The Runtime API did not stop as it should", e);
        }
    }
}
