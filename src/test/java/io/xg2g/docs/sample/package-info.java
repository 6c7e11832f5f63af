/** Mapping with every kind of property, for the test of the reference generator. */
@NullMarked
package io.xg2g.docs.sample;

import org.jspecify.annotations.NullMarked;
