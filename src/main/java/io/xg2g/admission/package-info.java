/** How much each client may ask for: rate limits on new work and new playbacks, and on what is fetched of them. */
@NullMarked
package io.xg2g.admission;

import org.jspecify.annotations.NullMarked;
