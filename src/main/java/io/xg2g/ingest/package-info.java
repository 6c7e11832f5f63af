/** Ingest of live sources: keeps a channel's source open and cuts what it sends into windows. */
@NullMarked
package io.xg2g.ingest;

import org.jspecify.annotations.NullMarked;
