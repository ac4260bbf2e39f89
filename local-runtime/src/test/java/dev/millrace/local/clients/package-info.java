/** The endpoint as others' clients see it: the AWS CLI, boto3, the AWS SDK for Java, the Kinesis Client Library. */
@NullMarked
package dev.millrace.local.clients;

import org.jspecify.annotations.NullMarked;
