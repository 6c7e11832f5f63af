package io.xg2g.cluster;

import io.vertx.core.http.HttpClientRequest;
import org.jspecify.annotations.Nullable;

/** Request that may be aborted before it is opened: whichever comes second resets it. Thread-safe. */
final class AbortableRequest {
    /** Guarded by this. */
    private @Nullable HttpClientRequest request;

    /** Guarded by this. */
    private boolean aborted;

    /** The request is open, and not sent. */
    void opened(HttpClientRequest opened) {
        synchronized (this) {
            request = opened;
            if (!aborted) {
                return;
            }
        }
        opened.reset();
    }

    /** Closes the connection of the request, now or when it is opened. */
    void abort() {
        HttpClientRequest opened;
        synchronized (this) {
            aborted = true;
            opened = request;
        }
        if (opened != null) {
            opened.reset();
        }
    }
}
