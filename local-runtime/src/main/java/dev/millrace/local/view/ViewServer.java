package dev.millrace.local.view;

import java.io.IOException;
import java.net.URI;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jetty on a port of 127.0.0.1, with few threads: a browser that is slow takes none, since what is sent to it is sent as it can. */
final class ViewServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ViewServer.class);
    private static final int MAX_THREADS = 8;
    private static final int MIN_THREADS = 1;
    private static final int MOST_HEADER_BYTES = 8 * 1024;
    private static final int MOST_CONNECTIONS_WAITING = 16;

    private final Server server;
    private final ServerConnector connector;

    private ViewServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /** @throws ViewException if the port cannot be used */
    static ViewServer start(ViewOptions options, ViewJson json) {
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
        threads.setName("millrace-view");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration config = new HttpConfiguration();
        config.setSendServerVersion(false);
        config.setRequestHeaderSize(MOST_HEADER_BYTES);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(config));
        connector.setHost("127.0.0.1");
        connector.setAcceptQueueSize(MOST_CONNECTIONS_WAITING);
        server.addConnector(connector);
        open(connector, options);
        server.setHandler(new ViewHandler(json));
        try {
            server.start();
        } catch (Exception e) {
            connector.close();
            throw new ViewException("The page cannot be served: " + e, e);
        }
        return new ViewServer(server, connector);
    }

    private static void open(ServerConnector connector, ViewOptions options) {
        connector.setPort(options.port());
        try {
            connector.open();
        } catch (IOException e) {
            if (!options.isFixed() && options.port() != 0) {
                open(connector, ViewOptions.atPort(0));
                return;
            }
            throw new ViewException(
                    "Port " + options.port() + " on 127.0.0.1 cannot be used for the page: " + reason(e)
                            + ". Stop what uses it (perhaps another millrace), or choose another with --view-port;"
                            + " --view-port 0 picks a free one, and --no-view serves no page.",
                    e);
        }
    }

    private static String reason(IOException e) {
        Throwable root = e.getCause() == null ? e : e.getCause();
        return String.valueOf(root.getMessage());
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort());
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.debug("The page's server did not stop as it should", e);
        } finally {
            connector.close();
        }
    }
}
