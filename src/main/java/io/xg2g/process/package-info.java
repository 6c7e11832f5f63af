/** Child processes: start, resource limits, isolation, watchdogs and termination, and the directory of their temporary files. */
@NullMarked
package io.xg2g.process;

import org.jspecify.annotations.NullMarked;
