/** What GPUs measured over time: collected from the bus, kept in bounded rings, served, and replayed from recordings. */
@NullMarked
package io.xg2g.telemetry;

import org.jspecify.annotations.NullMarked;
