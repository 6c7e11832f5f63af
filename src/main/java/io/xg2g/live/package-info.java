/** Live channels: what is published of a running one, and how players are told. */
@NullMarked
package io.xg2g.live;

import org.jspecify.annotations.NullMarked;
