/** Live channels: catalog, lifecycle and viewers. */
@NullMarked
package io.xg2g.channel;

import org.jspecify.annotations.NullMarked;
