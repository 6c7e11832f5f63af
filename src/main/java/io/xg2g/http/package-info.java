/** HTTP functions of all resources: client identification, connection limits, headers, request bodies, ranges, response ends. */
@NullMarked
package io.xg2g.http;

import org.jspecify.annotations.NullMarked;
