/** Checks of configured values, with messages that name the key, the value and what is allowed. */
@NullMarked
package io.xg2g.config;

import org.jspecify.annotations.NullMarked;
