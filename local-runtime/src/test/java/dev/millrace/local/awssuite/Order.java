package dev.millrace.local.awssuite;

import java.time.Instant;

/** An order of an item. */
record Order(String item, long pieces, Instant time) {}
