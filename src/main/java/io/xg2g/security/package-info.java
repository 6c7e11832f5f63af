/** Who may do what: identities and their roles, API tokens, the tokens of playbacks, and the audit log. */
@NullMarked
package io.xg2g.security;

import org.jspecify.annotations.NullMarked;
