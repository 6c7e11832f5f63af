/** Redaction of credentials in URLs, service references and free text before they are logged or shown. */
@NullMarked
package io.xg2g.redaction;

import org.jspecify.annotations.NullMarked;
