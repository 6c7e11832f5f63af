/** Cameras: still frames of each one, for outputs and viewers. */
@NullMarked
package io.xg2g.camera;

import org.jspecify.annotations.NullMarked;
