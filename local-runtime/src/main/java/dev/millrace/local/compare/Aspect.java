package dev.millrace.local.compare;

/** What the two modes are judged on, by the names that figures have. */
public enum Aspect {
    LATENCY("latency"),
    THROUGHPUT("throughput"),
    LOAD_BALANCING("load balancing"),
    ELASTICITY("elasticity"),
    FAULT_TOLERANCE("fault tolerance");

    private final String text;

    Aspect(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
