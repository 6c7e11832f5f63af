/** Time series of GPU metrics: collected from the bus, stored in ring buffers, served over HTTP; replays of DCGM exports. */
@NullMarked
package io.xg2g.telemetry;

import org.jspecify.annotations.NullMarked;
