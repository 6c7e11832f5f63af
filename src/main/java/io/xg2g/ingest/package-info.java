/** Ingest of live sources: opening and reopening of a channel's source, segmenting into windows. */
@NullMarked
package io.xg2g.ingest;

import org.jspecify.annotations.NullMarked;
