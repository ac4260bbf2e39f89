package dev.millrace.local.view;

/**
 * Where the page is served.
 *
 * @param port on 127.0.0.1; 0 takes a free one
 * @param isFixed whether to fail where the port is in use; else a free one is taken then
 */
public record ViewOptions(int port, boolean isFixed) {
    public static final int DEFAULT_PORT = 4580;
    private static final int LAST_PORT = 65_535;

    public ViewOptions {
        if (port < 0 || port > LAST_PORT) {
            throw new IllegalArgumentException("the page's port is " + port + ", and must be 0 to " + LAST_PORT);
        }
    }

    /** Port 4580, or a free one. */
    public static ViewOptions defaults() {
        return new ViewOptions(DEFAULT_PORT, false);
    }

    /**
     * This port and no other, but for 0.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static ViewOptions atPort(int port) {
        return new ViewOptions(port, true);
    }
}
