package io.xg2g.cluster;

import io.vertx.ext.web.Router;

/**
 * Event at the start of a gateway or a worker: observers add what they serve on the port for the other members. Every request
 * that a route gets is signed; {@link InnerServer#member} tells by whom.
 *
 * @param router of the port; handlers run on event loops and must not block
 */
public record InnerRoutes(Router router) {}
