/** What several resources need of HTTP: who asks, within which limits, headers, bodies on their way to the disk, ranges, ends. */
@NullMarked
package io.xg2g.http;

import org.jspecify.annotations.NullMarked;
