package io.xg2g.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** End of a response: sent, aborted, or obsolete because its client has disconnected. Thread-safe. */
public final class ResponseEnd {
    private static final Logger LOG = Logger.getLogger(ResponseEnd.class);

    private static final String KEY = ResponseEnd.class.getName();

    private final RoutingContext exchange;
    private final @Nullable ConnectionWatch connection;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final CompletableFuture<Void> finishing = new CompletableFuture<>();
    private volatile boolean bodyPending;
    private volatile boolean announced;
    private volatile boolean direct;

    private ResponseEnd(RoutingContext exchange, @Nullable ConnectionWatch connection) {
        this.exchange = exchange;
        this.connection = connection;
    }

    /**
     * Watches the response to a request whose head was received; called once per request, on its event loop.
     * Its connection, if it is watched, is told when the response has ended.
     *
     * <p>The response is watched from the beginning, so that it never has to be asked whether it has ended: the HTTP/2
     * response of Vert.x takes its own lock and that of the connection for that ({@code closed()}), in the reverse
     * order of a thread that writes.
     */
    static void watch(RoutingContext exchange, @Nullable ConnectionWatch connection) {
        ResponseEnd end = new ResponseEnd(exchange, connection);
        exchange.put(KEY, end);
        if (exchange.request().version() == HttpVersion.HTTP_2) {
            exchange.addHeadersEndHandler(_ -> end.keepOtherStreams());
        }
        exchange.addEndHandler(_ -> {
            end.ended();
            if (connection != null) {
                connection.ends();
            }
        });
    }

    /**
     * Lets the connection live when the client resets this stream. The output stream of Quarkus would close it, with all its other
     * streams; its handler of exceptions is replaced when the head is written, which is after it was set.
     */
    private void keepOtherStreams() {
        HttpServerResponse response = exchange.response();
        // One that is sent as a whole takes no handlers any more.
        if (!direct && !response.ended()) {
            response.exceptionHandler(reset -> LOG.debugf("HTTP/2 stream was reset: %s", reset.getMessage()));
        }
    }

    /** Records that Quarkus does not write the response, so that a reset of its stream is told to {@code addEndHandler}. */
    public void writtenDirectly() {
        direct = true;
    }

    /**
     * Returns the end of the response to a request.
     *
     * <p>If the body of the request is {@linkplain #bodyPending expected} and has not been read to its end by then, the
     * connection is closed: otherwise the rest of the body would be received for nothing.
     */
    public static ResponseEnd of(RoutingContext exchange) {
        return Objects.requireNonNull(exchange.<ResponseEnd>get(KEY), "the response is not watched");
    }

    /** Returns whether the request has a body. An HTTP/2 request need not announce it. */
    public static boolean hasBody(HttpServerRequest request) {
        return contentLength(request) > 0
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || (request.version() == HttpVersion.HTTP_2
                        && contentLength(request) < 0
                        && request.method().equals(HttpMethod.POST));
    }

    /** Returns the length announced by the client; -1 if it is missing or malformed. */
    public static long contentLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException malformed) {
            return -1;
        }
    }

    /**
     * Records that a body is to be read before the response; called on the thread that will answer.
     *
     * <p>Until the body is {@linkplain #bodyTaken taken}, a response announces that its connection will be closed. The
     * header is set in advance, not when the response is written: a rejection can be written before the event loop runs
     * any handler, and a client without that information would send its next request into the closing connection.
     * HTTP/2 connections are not closed: flow control limits what continues to arrive.
     */
    public void bodyPending() {
        if (exchange.request().version() != HttpVersion.HTTP_2) {
            setBodyPending(true);
            if (!exchange.response().headers().contains(HttpHeaders.CONNECTION)) {
                announced = true;
                exchange.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
        }
    }

    /** Records that the body was read to its end; called on the thread that will answer. */
    public void bodyTaken() {
        if (bodyPending) {
            setBodyPending(false);
            // During the shutdown Quarkus has announced it for every response, and closes the connection.
            if (announced) {
                exchange.response().headers().remove(HttpHeaders.CONNECTION);
            }
        }
    }

    public boolean isOver() {
        return over.isDone();
    }

    /**
     * Aborts the response at once. A connection of HTTP/1 is closed together with what its buffers still have: the reset of Vert.x
     * closes it when these have been sent, which a client that reads nothing prevents for as long as it likes.
     */
    public void abort() {
        if (exchange.request().version() == HttpVersion.HTTP_2) {
            exchange.response().reset();
            return;
        }
        Channel channel = ((ConnectionBase) exchange.request().connection()).channel();
        try {
            // Otherwise the kernel keeps what its buffer has, up to some megabytes, and tries to send it for minutes.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException closed) {
            LOG.debug("connection closed already", closed);
        }
        // From the first handler on, so that the handler of Vert.x does not see it: that would flush before it closes.
        var _ = channel.pipeline().firstContext().close();
    }

    /**
     * Waits until the response has ended, at most for that long. A writer that fails before this would be taken for a broken
     * one, for which the whole connection is closed.
     */
    void await(long millis) {
        over.copy().completeOnTimeout(null, millis, TimeUnit.MILLISECONDS).join();
    }

    /** Runs an action when the response has ended, at once if it has; on its own virtual thread. */
    public void then(Runnable action) {
        var _ = over.thenRunAsync(action, Thread::startVirtualThread);
    }

    /** Requests that the writer of the response end it, as if nothing were left to be sent. */
    public void finish() {
        finishing.complete(null);
    }

    /** Runs an action when the response {@linkplain #finish is to end}, at once if it is; on its own virtual thread. */
    public void onFinish(Runnable action) {
        var _ = finishing.thenRunAsync(action, Thread::startVirtualThread);
    }

    private void ended() {
        if (over.complete(null) && bodyPending) {
            HttpConnection answered = exchange.request().connection();
            exchange.vertx().setTimer(ConnectionWatch.LINGER.toMillis(), _ -> {
                setBodyPending(false);
                answered.close();
            });
        }
    }

    private void setBodyPending(boolean pending) {
        bodyPending = pending;
        if (connection != null) {
            connection.bodyPending(pending);
        }
    }
}
