/** Tests of the endpoint through the AWS SDK; see {@link dev.millrace.local.endpoint.Clients} for how they connect. */
@NullMarked
package dev.millrace.local.endpoint;

import org.jspecify.annotations.NullMarked;
