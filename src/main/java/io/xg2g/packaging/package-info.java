/** Packaging of live channels: windows become transcoding units, their results a timeline of segments. */
@NullMarked
package io.xg2g.packaging;

import org.jspecify.annotations.NullMarked;
