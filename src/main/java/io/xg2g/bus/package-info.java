/** In-process publish-subscribe: topics, consumer groups, backpressure, retries, dead letters. */
@NullMarked
package io.xg2g.bus;

import org.jspecify.annotations.NullMarked;
