/** The devices that can encode video, and how they are found. */
@NullMarked
package io.xg2g.gpu;

import org.jspecify.annotations.NullMarked;
