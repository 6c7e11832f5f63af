/** Requests between gateways of a cluster: any gateway takes any request, and forwards it to the owner of what it is for. */
@NullMarked
package io.xg2g.forward;

import org.jspecify.annotations.NullMarked;
