/**
 * Time series of GPU metrics: collected from the bus, stored in bounded ring buffers, served over HTTP, and replayed from DCGM
 * exports.
 */
@NullMarked
package io.xg2g.telemetry;

import org.jspecify.annotations.NullMarked;
