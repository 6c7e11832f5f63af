/** Enigma2 receivers: services through OpenWebIF, and the verified URL of the stream of each service. */
@NullMarked
package io.xg2g.receiver;

import org.jspecify.annotations.NullMarked;
