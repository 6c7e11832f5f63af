/** Connections to Redis and to brokers by AMQP 1.0, which are established again after failures. */
@NullMarked
package io.xg2g.connection;

import org.jspecify.annotations.NullMarked;
