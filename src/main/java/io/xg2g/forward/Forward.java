package io.xg2g.forward;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.DecodeException;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.cluster.InnerClient;
import io.xg2g.cluster.Member;
import io.xg2g.cluster.Signatures;
import io.xg2g.http.ForwardedRequests;
import io.xg2g.http.ResponseEnd;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to have a request answered by another gateway. Bodies are streamed in both directions with backpressure; nothing is
 * buffered. If the client leaves, the request to the owner is reset; if the owner goes in the middle of its response, the response to the
 * client is reset, so that no client takes a part for the whole.
 *
 * <p>All but {@link #abort} runs on the event loop of the client's connection. The response must not have ended before: then nobody
 * would tell that the client has left.
 */
final class Forward {
    /** Methods that may be sent again although they may have arrived: RFC 9110, section 9.2.2. */
    private static final Set<HttpMethod> IDEMPOTENT =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.PUT, HttpMethod.DELETE);

    private static final int UNAVAILABLE = 503;

    /** How an attempt ended. From {@link #NOT_CONNECTED} on the client has no answer yet, and can have another one. */
    enum Result {
        /** The client has the response. */
        ANSWERED,
        /** The client has left. */
        CLIENT_LEFT,
        /** The owner went in the middle of its response. */
        OWNER_LOST,
        /** The connection was not established. */
        NOT_CONNECTED,
        /** The other gateway is not the owner. */
        MISDIRECTED,
        /** The other gateway wants another one to answer. */
        REFUSED,
        /** The request can be sent again. */
        NOT_ANSWERED,
        /** The request may have had an effect. */
        NOT_REPEATABLE,
        /** The request cannot be sent in HTTP/1. */
        MALFORMED
    }

    private final RoutingContext exchange;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context context;
    private final Member member;
    private final Set<String> refusals;
    private final Runnable answering;
    private final Promise<Result> result = Promise.promise();
    private final boolean body;
    private @Nullable HttpClientRequest upstream;
    private boolean uploaded;

    /**
     * Creates one; on the event loop of the exchange.
     *
     * @param member that answers
     * @param refusals codes of problems with which another gateway may be asked instead
     * @param answering called when the response begins
     */
    Forward(RoutingContext exchange, Member member, Set<String> refusals, Runnable answering) {
        this.exchange = exchange;
        this.request = exchange.request();
        this.response = exchange.response();
        this.context = exchange.vertx().getOrCreateContext();
        this.member = member;
        this.refusals = refusals;
        this.answering = answering;
        this.body = ResponseEnd.hasBody(request);
    }

    /** Returns the gateway that answers. */
    Member member() {
        return member;
    }

    /** Sends the request; completes when the attempt has ended. */
    Future<Result> run(InnerClient client) {
        ResponseEnd.of(exchange).writtenDirectly();
        exchange.addEndHandler(this::ended);
        String query = request.query();
        client.request(
                        request.method(),
                        member.host(),
                        member.port(),
                        request.path() + (query == null ? "" : "?" + query),
                        ForwardHeaders.format(ForwardedRequests.Client.of(request)))
                .onSuccess(this::send)
                .onFailure(_ -> result.tryComplete(Result.NOT_CONNECTED));
        return result.future();
    }

    /** Ends the attempt as if the other gateway had closed the connection. */
    void abort() {
        context.runOnContext(_ -> reset());
    }

    private void send(HttpClientRequest opened) {
        if (result.future().isComplete()) {
            opened.reset();
            return;
        }
        upstream = opened;
        // Failures are those of the response, too.
        opened.exceptionHandler(_ -> {});
        try {
            ForwardHeaders.addRequest(request.headers(), opened.headers());
            opened.putHeader(HttpHeaders.HOST, host());
            opened.response().onComplete(this::answer);
            if (body) {
                upload(opened);
            } else {
                uploaded = true;
                opened.end();
            }
        } catch (IllegalArgumentException malformed) {
            // HTTP/2 can carry line breaks, which would begin another request in HTTP/1.
            opened.reset();
            result.tryComplete(Result.MALFORMED);
        }
    }

    private void upload(HttpClientRequest opened) {
        if (!request.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            opened.setChunked(true);
        }
        if (request.version() == HttpVersion.HTTP_1_1
                && "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            response.writeContinue();
        }
        request.pipe().endOnFailure(false).to(opened).onComplete(sent -> {
            if (sent.succeeded()) {
                uploaded = true;
            } else {
                opened.reset();
            }
        });
    }

    private void answer(AsyncResult<HttpClientResponse> answer) {
        if (answer.failed()) {
            notAnswered();
            return;
        }
        HttpClientResponse owner = answer.result();
        if (result.future().isComplete()) {
            reset();
        } else if (owner.getHeader(Signatures.REFUSED) != null) {
            // Of this gateway, for instance since its clock is wrong, and not of the client.
            owner.resume();
            notAnswered();
        } else if (owner.statusCode() == Forwarder.MISDIRECTED) {
            owner.resume();
            result.tryComplete(body ? Result.NOT_REPEATABLE : Result.MISDIRECTED);
        } else if (owner.statusCode() == UNAVAILABLE && !body && !refusals.isEmpty()) {
            owner.body().onSuccess(problem -> refused(owner, problem)).onFailure(_ -> notAnswered());
        } else {
            relay(owner);
        }
    }

    private void notAnswered() {
        boolean repeatable = !body && IDEMPOTENT.contains(request.method());
        result.tryComplete(repeatable ? Result.NOT_ANSWERED : Result.NOT_REPEATABLE);
    }

    private void refused(HttpClientResponse owner, Buffer problem) {
        if (result.future().isComplete()) {
            return;
        }
        if (refusals.contains(code(problem))) {
            result.tryComplete(Result.REFUSED);
        } else {
            relayHead(owner);
            var _ = end(problem);
        }
    }

    private static String code(Buffer problem) {
        try {
            return problem.toJsonObject().getString("code", "");
        } catch (DecodeException | ClassCastException foreign) {
            return "";
        }
    }

    private void relay(HttpClientResponse owner) {
        relayHead(owner);
        if (isWithoutContent(owner.statusCode())) {
            var _ = end(Buffer.buffer());
            return;
        }
        boolean endsWithConnection = false;
        if (!owner.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            response.setChunked(true);
            if (request.version() == HttpVersion.HTTP_1_0) {
                endsWithConnection = true;
                response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
        }
        pipe(owner, endsWithConnection);
    }

    private void relayHead(HttpClientResponse owner) {
        answering.run();
        ForwardedRequests.sent(request);
        if (body && !request.isEnded()) {
            ResponseEnd.of(exchange).bodyPending();
        }
        response.setStatusCode(owner.statusCode());
        ForwardHeaders.setResponse(owner.headers(), response.headers());
    }

    /** Not by a pipe of Vert.x, which does not tell whose connection has failed. */
    private void pipe(HttpClientResponse owner, boolean endsWithConnection) {
        owner.handler(part -> {
            response.write(part);
            if (response.writeQueueFull()) {
                owner.pause();
                response.drainHandler(_ -> owner.resume());
            }
        });
        owner.endHandler(_ -> {
            Future<Void> ended = end(Buffer.buffer());
            if (endsWithConnection) {
                ended.onComplete(_ -> request.connection().close());
            }
        });
        owner.exceptionHandler(_ -> {
            if (result.tryComplete(Result.OWNER_LOST)) {
                response.reset();
            }
        });
    }

    /** Ends the response. HTTP/2 reports the end of the stream within it, as if the client had left. */
    private Future<Void> end(Buffer last) {
        result.tryComplete(Result.ANSWERED);
        return response.end(last);
    }

    private boolean isWithoutContent(int status) {
        return request.method().equals(HttpMethod.HEAD) || status == 204 || status == 304;
    }

    /** The response has been sent, or the client has left. */
    private void ended(AsyncResult<Void> end) {
        if (end.failed() && result.tryComplete(Result.CLIENT_LEFT)) {
            reset();
        } else if (!uploaded) {
            reset();
        }
    }

    private void reset() {
        HttpClientRequest opened = upstream;
        if (opened != null) {
            opened.reset();
        }
    }

    /** Returns what the client has requested; the address that it is connected to, if it does not tell. */
    private String host() {
        HostAndPort authority = request.authority();
        if (authority != null) {
            return authority.toString();
        }
        SocketAddress local = request.connection().localAddress();
        String address = String.valueOf(local.hostAddress());
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + local.port();
    }
}
