package io.xg2g.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.tracing.TracingPolicy;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HTTP client for the ports of the other members; one for all that this program asks them. Who waits for an answer sets a limit itself,
 * since an answer may rightly take long; a transfer of a file that stands still is ended here. Thread-safe.
 */
@ApplicationScoped
public class InnerClient {
    /** Of one member: each unit that it encodes, and each response that it forwards, has a connection of its own. */
    private static final int CONNECTIONS = 10_000;

    private static final int CONNECT_MILLIS = 2_000;

    /**
     * For which nothing of a file may arrive or be taken: the other member may be paused, or its disk busy. A machine that has gone
     * closes no connection, and TCP gives up after a quarter of an hour.
     */
    private static final Duration STALL = Duration.ofSeconds(10);

    private final Signatures signatures;
    private final HttpClient http;
    private final HttpClient files;

    /** Creates one. */
    @Inject
    public InnerClient(Vertx vertx, Signatures signatures) {
        this(vertx, signatures, STALL);
    }

    /**
     * Creates one.
     *
     * @param stall after which a transfer that stands still fails
     */
    InnerClient(Vertx vertx, Signatures signatures, Duration stall) {
        this.signatures = signatures;
        this.http = vertx.createHttpClient(options());
        // Of connections, since the timeout of a request ends with the head of its response.
        this.files = vertx.createHttpClient(
                options().setIdleTimeout((int) stall.toMillis()).setIdleTimeoutUnit(TimeUnit.MILLISECONDS));
    }

    private static HttpClientOptions options() {
        return new HttpClientOptions()
                .setMaxPoolSize(CONNECTIONS)
                .setConnectTimeout(CONNECT_MILLIS)
                .setTcpNoDelay(true)
                .setTracingPolicy(TracingPolicy.PROPAGATE);
    }

    /**
     * Opens a signed request.
     *
     * @param uri path with query
     * @param forwarded value of {@value Signatures#FORWARDED}, or {@code null}
     */
    public Future<HttpClientRequest> request(
            HttpMethod method, String host, int port, String uri, @Nullable String forwarded) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost(host)
                .setPort(port)
                .setURI(uri);
        options.putHeader(Signatures.HEADER, signatures.header(method.name(), uri, forwarded));
        if (forwarded != null) {
            options.putHeader(Signatures.FORWARDED, forwarded);
        }
        return http.request(options);
    }

    /**
     * Opens a request for a file by its {@linkplain Signatures#url signed URL}, which is absolute. If nothing is transferred for {@link
     * #STALL}, before or within the answer, the connection is closed.
     */
    public Future<HttpClientRequest> request(HttpMethod method, String url) {
        return files.request(new RequestOptions().setMethod(method).setAbsoluteURI(url));
    }

    /** Closes all connections. */
    @PreDestroy
    void close() {
        http.close();
        files.close();
    }
}
