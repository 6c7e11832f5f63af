/** Several programs that work as one: roles, free slots over a broker, members, and leases in Redis. */
@NullMarked
package io.xg2g.cluster;

import org.jspecify.annotations.NullMarked;
