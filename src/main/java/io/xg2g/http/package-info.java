/**
 * What several resources need of HTTP: who asks, how long one may take for it, headers, bodies on their way to the disk, byte
 * ranges, and the end of a response.
 */
@NullMarked
package io.xg2g.http;

import org.jspecify.annotations.NullMarked;
