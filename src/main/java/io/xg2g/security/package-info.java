/** Authentication and authorization: roles, API tokens, list tokens, playback tokens, the identity provider, audit log. */
@NullMarked
package io.xg2g.security;

import org.jspecify.annotations.NullMarked;
