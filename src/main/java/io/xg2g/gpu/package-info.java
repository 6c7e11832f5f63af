/** Devices that can encode video: their discovery, their utilization, and the metrics of it. */
@NullMarked
package io.xg2g.gpu;

import org.jspecify.annotations.NullMarked;
