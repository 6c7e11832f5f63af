/** Benchmarks, each compared with a named alternative: {@link io.xg2g.bench.Bench} runs all of them. */
@NullMarked
package io.xg2g.bench;

import org.jspecify.annotations.NullMarked;
