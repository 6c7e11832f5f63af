/** A mapping with one of everything, from which the writer of the reference is tested. */
@NullMarked
package io.xg2g.docs.sample;

import org.jspecify.annotations.NullMarked;
