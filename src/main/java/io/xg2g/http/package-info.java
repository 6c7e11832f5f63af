/** What several resources need of HTTP: headers, bodies on their way to the disk, byte ranges, the end of a response. */
@NullMarked
package io.xg2g.http;

import org.jspecify.annotations.NullMarked;
