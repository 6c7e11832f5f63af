/** Recent events of the service: published by the packages where they happen, stored in the data directory, served. */
@NullMarked
package io.xg2g.events;

import org.jspecify.annotations.NullMarked;
