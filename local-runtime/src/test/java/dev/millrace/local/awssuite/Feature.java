package dev.millrace.local.awssuite;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** What an endpoint that stands in for AWS may lack; whoever runs the suite says so, and tests that need it are skipped. */
enum Feature {
    /** Splits and merges: closed shards that end, and children that take what is put from then on. */
    RESHARDING,
    /** Lists of shards in pages. */
    SHARD_PAGES;

    /** Names of features, with commas between. */
    static final String PROPERTY = "millrace.it.lacks";

    static Set<Feature> lacking() {
        Set<Feature> lacking = EnumSet.noneOf(Feature.class);
        Arrays.stream(System.getProperty(PROPERTY, "").split(","))
                .filter(name -> !name.isBlank())
                .forEach(name -> lacking.add(valueOf(name.strip())));
        return lacking;
    }

    /** Skips the test that calls it, and reports why, where the endpoint lacks it. */
    void require(Set<Feature> lacking) {
        assumeFalse(lacking.contains(this), () -> "the endpoint lacks " + this + ", as -D" + PROPERTY + " says");
    }
}
