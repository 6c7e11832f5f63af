package io.xg2g.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** The end of a response: sent, broken off, or not wanted any longer because its client left. */
public final class ResponseEnd {
    /** How long a client that is still sending may take to read why nobody listens. */
    private static final long LINGER_MILLIS = 1_000;

    private static final String KEY = ResponseEnd.class.getName();

    private final RoutingContext exchange;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final CompletableFuture<Void> finishing = new CompletableFuture<>();
    private volatile boolean bodyPending;

    private ResponseEnd(RoutingContext exchange) {
        this.exchange = exchange;
    }

    /**
     * Watches the response of a request whose head has just come; called once for each, on its event loop.
     *
     * <p>It is watched from the beginning, so that nobody has to ask the response whether it is over: Vert.x' HTTP/2 response
     * takes its own lock and the connection's for that ({@code closed()}), in the reverse order of a thread that writes.
     */
    static void watch(RoutingContext exchange) {
        ResponseEnd end = new ResponseEnd(exchange);
        exchange.put(KEY, end);
        exchange.addEndHandler(_ -> end.reached());
    }

    /**
     * The end of the response to this request.
     *
     * <p>Where the request's body is {@linkplain #bodyPending expected} and was not read to its end by then, its
     * connection is closed: what the client goes on to send would be taken in for nothing.
     */
    public static ResponseEnd of(RoutingContext exchange) {
        return Objects.requireNonNull(exchange.<ResponseEnd>get(KEY), "the response is not watched");
    }

    /** Whether a body comes with the request. HTTP/2 need not say so ahead. */
    public static boolean hasBody(HttpServerRequest request) {
        return contentLength(request) > 0
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || (request.version() == HttpVersion.HTTP_2
                        && contentLength(request) < 0
                        && request.method().equals(HttpMethod.POST));
    }

    /** As announced by the client; -1 where it is not. */
    public static long contentLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException malformed) {
            return -1;
        }
    }

    /**
     * A body is to be read before the response; called on the thread that will answer.
     *
     * <p>From here until it is {@linkplain #bodyTaken taken}, an answer says that its connection will be closed. It is
     * said ahead, not when the answer is written: a refusal can be written before the event loop gets round to any
     * handler, and a client that was not told would send its next request into the closing connection. In HTTP/2 there
     * is nothing to close: flow control bounds what goes on arriving.
     */
    public void bodyPending() {
        if (exchange.request().version() != HttpVersion.HTTP_2) {
            bodyPending = true;
            exchange.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    /** The body was read to its end; called on the thread that will answer. */
    public void bodyTaken() {
        if (bodyPending) {
            bodyPending = false;
            exchange.response().headers().remove(HttpHeaders.CONNECTION);
        }
    }

    public boolean isOver() {
        return over.isDone();
    }

    /** Runs the action when the response is over, at once if it is; on a virtual thread of its own. */
    public void then(Runnable action) {
        var _ = over.thenRunAsync(action, Thread::startVirtualThread);
    }

    /** Asks whoever writes the response to end it as if nothing were left to be sent. */
    public void finish() {
        finishing.complete(null);
    }

    /** Runs the action when the response {@linkplain #finish is to end}, at once if it is; on a virtual thread of its own. */
    public void onFinish(Runnable action) {
        var _ = finishing.thenRunAsync(action, Thread::startVirtualThread);
    }

    private void reached() {
        if (over.complete(null) && bodyPending) {
            HttpConnection connection = exchange.request().connection();
            exchange.vertx().setTimer(LINGER_MILLIS, _ -> connection.close());
        }
    }
}
