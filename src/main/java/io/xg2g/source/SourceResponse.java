package io.xg2g.source;

import io.vertx.core.MultiMap;
import java.io.InputStream;
import java.net.URI;

/**
 * Response of a source; its body has to be closed.
 *
 * @param address final URL, after redirects
 * @param body blocking stream; a read ends with an exception when it is closed, and after the timeout of the request
 */
public record SourceResponse(URI address, int status, MultiMap headers, InputStream body) {}
