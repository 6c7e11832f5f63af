/** The devices that can encode video, how they are found, and how busy they are. */
@NullMarked
package io.xg2g.gpu;

import org.jspecify.annotations.NullMarked;
