/**
 * The state log's items in a DynamoDB table. Open {@link dev.millrace.state.dynamodb.DynamoDbStateLogStore} first.
 */
@NullMarked
package dev.millrace.state.dynamodb;

import org.jspecify.annotations.NullMarked;
