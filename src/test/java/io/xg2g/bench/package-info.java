/** What things cost beside what they are compared with: {@link io.xg2g.bench.Bench} runs all of it. */
@NullMarked
package io.xg2g.bench;

import org.jspecify.annotations.NullMarked;
