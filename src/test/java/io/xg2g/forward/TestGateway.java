package io.xg2g.forward;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.cluster.ClusterSettings;
import io.xg2g.cluster.InnerClient;
import io.xg2g.cluster.InnerServer;
import io.xg2g.cluster.Member;
import io.xg2g.cluster.Ownership;
import io.xg2g.cluster.Signatures;
import io.xg2g.connection.ConnectionSettings;
import io.xg2g.connection.Endpoint;
import io.xg2g.http.ClientAddresses;
import io.xg2g.http.FreePort;
import io.xg2g.http.HttpFixture;
import io.xg2g.http.InternalServers;
import io.xg2g.http.PublicUrls;
import io.xg2g.http.ResponseEnd;
import io.xg2g.schedule.TimeSource;
import io.xg2g.transcode.JobOwner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A gateway with its two ports, and resources that tell which gateway has answered. What the cluster knows is set by the test. */
final class TestGateway implements Owners, AutoCloseable {
    static final String SECRET = "a secret of thirty-two characters";
    static final byte[] SEGMENT = new byte[10 << 20];

    /** Sent by this address at the API port, so that forwarding headers of the test's client count. */
    static final String TRUSTED = "127.0.0.2";

    final Member self;
    final int port;
    final Gateways gateways;
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Map<String, Ownership> owners = new ConcurrentHashMap<>();
    final List<Member> members = new CopyOnWriteArrayList<>();
    final AtomicInteger asked = new AtomicInteger();

    /** Exchanges that have ended. */
    final AtomicInteger ended = new AtomicInteger();

    /** Completes when Redis answers. */
    volatile CompletableFuture<Boolean> redis = CompletableFuture.completedFuture(true);

    /** Bytes of the endless stream that were handed to the connection. */
    final AtomicLong streamed = new AtomicLong();

    final AtomicInteger streams = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();

    /** Code of the problem with which players are refused; empty if they are not. */
    volatile String refusal = "";

    private final Vertx vertx;
    private final InnerServer inner;
    private final HttpServer api;
    private final ClientAddresses addresses = HttpFixture.addresses(TRUSTED);
    private final PublicUrls urls = HttpFixture.urls(TRUSTED);

    TestGateway(Vertx vertx, String name) {
        this(vertx, name, SECRET);
    }

    TestGateway(Vertx vertx, String name, String secret) {
        this.vertx = vertx;
        Router router = Router.router(vertx);
        HttpFixture.watchResponses(router);
        router.route().order(-2).handler(exchange -> {
            exchange.addEndHandler(_ -> ended.incrementAndGet());
            exchange.next();
        });
        Signatures signatures = new Signatures(name, secret, TimeSource.SYSTEM);
        gateways = new Gateways(new InnerClient(vertx, signatures), System::nanoTime);
        router.route().order(-1).handler(new Forwarder(this, gateways, registry)::handle);
        addResources(router);
        int innerPort = FreePort.any();
        inner = new InnerServer(
                vertx,
                Optional.of(settings(name, innerPort)),
                signatures,
                new InternalServers(),
                new ForwardReception(true, HttpFixture.root(router))::register);
        inner.start();
        self = new Member(name, "127.0.0.1", innerPort, "run" + name);
        api = vertx.createHttpServer()
                .requestHandler(HttpFixture.root(router))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        port = api.actualPort();
    }

    private static ClusterSettings.Shared settings(String name, int port) {
        Endpoint nobody = new Endpoint("127.0.0.1", 1, false, "", Optional.empty(), Optional.empty());
        return new ClusterSettings.Shared(
                name,
                "127.0.0.1",
                "127.0.0.1",
                port,
                SECRET,
                new ClusterSettings.Broker(
                        new ConnectionSettings(nobody, Duration.ofSeconds(1), 1, Optional.empty()), "slots"),
                Optional.empty());
    }

    private void addResources(Router router) {
        router.route("/live/:channel/master.m3u8").handler(this::describe);
        router.get("/live/:channel/stream.ts").handler(this::stream);
        router.get("/live/:channel/720p/:file").handler(TestGateway::segment);
        router.get("/api/v1/streams/:channel/events").handler(this::events);
        router.post("/api/v1/transcodes/:id/retry").handler(this::upload);
        router.get("/api/v1/transcodes/:id").handler(this::describe);
        router.get("/api/v1/streams/:channel")
                .handler(exchange -> exchange.response()
                        .putHeader("Content-Length", "1000")
                        .write("part")
                        .onComplete(_ -> exchange.request().connection().close()));
        router.delete("/api/v1/streams/:channel").handler(exchange -> {
            requests.incrementAndGet();
            exchange.request().connection().close();
        });
    }

    private void describe(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        requests.incrementAndGet();
        if (!refusal.isEmpty()) {
            exchange.response().setStatusCode(503).end("{\"code\":\"" + refusal + "\"}");
            return;
        }
        Buffer text = Buffer.buffer(String.join(
                "\n",
                "gateway=" + self.name(),
                "client=" + addresses.of(request),
                "remote=" + request.remoteAddress().hostAddress(),
                "url=" + urls.of(request).url("/"),
                "query=" + request.query(),
                "headers=" + request.headers().names().stream().sorted().toList(),
                "authorization=" + request.getHeader("Authorization")));
        exchange.response().putHeader("X-Test", "1").putHeader("Content-Length", "" + text.length());
        if (request.method().equals(HttpMethod.HEAD)) {
            exchange.response().end();
        } else {
            exchange.response().end(text);
        }
    }

    private void stream(RoutingContext exchange) {
        HttpServerResponse response = exchange.response().setChunked(true);
        streams.incrementAndGet();
        exchange.addEndHandler(_ -> streams.decrementAndGet());
        response.drainHandler(_ -> fill(response));
        fill(response);
    }

    private void fill(HttpServerResponse response) {
        if (!response.closed() && !response.writeQueueFull()) {
            streamed.addAndGet(16_384);
            response.write(Buffer.buffer(new byte[16_384])).onSuccess(_ -> fill(response));
        }
    }

    private static void segment(RoutingContext exchange) {
        String range = exchange.request().getHeader("Range");
        if (range == null) {
            exchange.response().end(Buffer.buffer(SEGMENT));
        } else {
            exchange.response()
                    .setStatusCode(206)
                    .putHeader("Content-Range", range.replace('=', ' ') + "/" + SEGMENT.length)
                    .end(Buffer.buffer(new byte[] {1, 2, 3}));
        }
    }

    private void events(RoutingContext exchange) {
        HttpServerResponse response = exchange.response()
                .putHeader("Content-Type", "text/event-stream")
                .setChunked(true);
        response.write("data: first\n\n");
        vertx.setTimer(300, _ -> response.write("data: second\n\n"));
    }

    private void upload(RoutingContext exchange) {
        if (exchange.request().getHeader("X-Refuse") != null) {
            ResponseEnd.of(exchange).bodyPending();
            exchange.response().setStatusCode(413).end("too large");
            return;
        }
        AtomicLong bytes = new AtomicLong();
        exchange.request()
                .handler(part -> bytes.addAndGet(part.length()))
                .endHandler(_ -> exchange.response().end(self.name() + " " + bytes.get()))
                .resume();
    }

    /** Makes another gateway the owner of what has a name. */
    void owns(String lease, Member owner) {
        owners.put(lease, new Ownership.OwnedBy(owner, 1));
    }

    double forwards(String result) {
        return registry.get("xg2g.cluster.forwards")
                .tag("result", result)
                .counter()
                .count();
    }

    @Override
    public Member self() {
        return self;
    }

    @Override
    public List<Member> gateways() {
        return members;
    }

    @Override
    public CompletionStage<Ownership> owner(String lease) {
        asked.incrementAndGet();
        // As an answer of Redis: on a thread of its own.
        return redis.thenApplyAsync(_ -> owners.getOrDefault(lease, new Ownership.Free()));
    }

    @Override
    public void invalidate(String lease) {}

    @Override
    public Optional<String> receiver(String channel) {
        return Optional.empty();
    }

    @Override
    public JobOwner job(String id) {
        String owner = id.replaceAll("-.*", "");
        return owner.equals(self.name()) ? new JobOwner.Here() : new JobOwner.Gateway(owner);
    }

    @Override
    public void close() {
        api.close().toCompletionStage().toCompletableFuture().join();
        inner.close();
    }
}
