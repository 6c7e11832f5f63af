/** Enigma2 receivers: their services through OpenWebIF, and the proven address of each service's stream. */
@NullMarked
package io.xg2g.receiver;

import org.jspecify.annotations.NullMarked;
