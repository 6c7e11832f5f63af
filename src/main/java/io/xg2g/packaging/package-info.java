/** Packaging of live channels: turns windows into transcoding units, and their results into a timeline of segments. */
@NullMarked
package io.xg2g.packaging;

import org.jspecify.annotations.NullMarked;
