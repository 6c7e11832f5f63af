/** How configured values are read, and checks of them whose messages name the key, the value and what is allowed. */
@NullMarked
package io.xg2g.config;

import org.jspecify.annotations.NullMarked;
