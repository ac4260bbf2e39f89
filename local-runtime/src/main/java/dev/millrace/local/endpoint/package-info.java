/**
 * The local AWS endpoint: one HTTP server on loopback that speaks the wire protocols of Kinesis and DynamoDB.
 *
 * <p>Open {@link dev.millrace.local.endpoint.LocalEndpoint} first. {@code TargetHandler} sends each request to
 * {@code KinesisFront}, which translates between the wire and {@link dev.millrace.local.kinesis}, or to
 * {@code DynamoDbFront}, which is Amazon's DynamoDB Local in this process. {@code SubscriptionResponse} is what
 * {@code SubscribeToShard} is answered with, and stays open.
 *
 * <p>May import the kinesis package, Jetty, Jackson, DynamoDB Local and the AWS SDK's library for streams of events.
 */
@NullMarked
package dev.millrace.local.endpoint;

import org.jspecify.annotations.NullMarked;
