/** Cameras: still frames of each, a few per second, for other programs: latest frame, store, broker. */
@NullMarked
package io.xg2g.camera;

import org.jspecify.annotations.NullMarked;
