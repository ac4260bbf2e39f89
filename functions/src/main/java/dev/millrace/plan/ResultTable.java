package dev.millrace.plan;

import java.util.Optional;

/**
 * A DynamoDB table of results. Its keys are text (type S).
 *
 * @param name the table's name
 * @param key the attribute that is its partition key
 * @param sortKey the attribute that is its sort key, if it has one
 */
public record ResultTable(String name, String key, Optional<String> sortKey) {}
