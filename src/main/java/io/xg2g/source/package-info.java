/** The one place through which every address goes that a client has named: what may be fetched, and the fetching. */
@NullMarked
package io.xg2g.source;

import org.jspecify.annotations.NullMarked;
