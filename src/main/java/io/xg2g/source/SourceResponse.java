package io.xg2g.source;

import io.vertx.core.MultiMap;
import java.io.InputStream;
import java.net.URI;

/**
 * What a server answered; to be closed.
 *
 * @param address where it was found, after redirects
 * @param body as it comes; a reading that waits ends when it is closed, and with the request's timeout
 */
public record SourceResponse(URI address, int status, MultiMap headers, InputStream body) {}
