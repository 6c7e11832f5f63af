/** Live channels: their catalogue, their lifecycle, and their viewers. */
@NullMarked
package io.xg2g.channel;

import org.jspecify.annotations.NullMarked;
