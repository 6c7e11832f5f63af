/** Tests with random input: a seed for each run of a test, and the input generated from it. */
@NullMarked
package io.xg2g.random;

import org.jspecify.annotations.NullMarked;
