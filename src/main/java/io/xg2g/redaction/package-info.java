/** Removal of credentials from URLs, service references and free text before these are logged or shown. */
@NullMarked
package io.xg2g.redaction;

import org.jspecify.annotations.NullMarked;
