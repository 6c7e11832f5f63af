/** The one way to a GPU: a bounded, fair priority queue in front of the devices' slots. */
@NullMarked
package io.xg2g.dispatch;

import org.jspecify.annotations.NullMarked;
