/** Uploads of live channels and of results of transcodes to an HTTP server or an S3 bucket, through durable queues. */
@NullMarked
package io.xg2g.upload;

import org.jspecify.annotations.NullMarked;
