/** Access to sources: the allow list that protects against SSRF, the HTTP client, and relays for child processes. */
@NullMarked
package io.xg2g.source;

import org.jspecify.annotations.NullMarked;
