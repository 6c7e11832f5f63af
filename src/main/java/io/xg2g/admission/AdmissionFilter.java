package io.xg2g.admission;

import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.cluster.SharedRedis;
import io.xg2g.http.ClientKeys;
import io.xg2g.http.ResponseEnd;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Filter that applies the rate limits to every request before its body is read. Runs on the event loop. */
@Singleton
class AdmissionFilter {
    /** After authentication (200) and path authorization (100), so that requests refused by them are not counted. */
    private static final int AFTER_SECURITY = 50;

    /** Time limit of Redis for one bucket; then the one of this gateway decides. */
    private static final Duration REDIS_LIMIT = Duration.ofMillis(50);

    private static final CharSequence RATE_LIMIT = HttpHeaders.createOptimized("RateLimit");
    private static final CharSequence RATE_LIMIT_POLICY = HttpHeaders.createOptimized("RateLimit-Policy");

    private final RateLimits limits;
    private final ClientKeys clients;
    private final MeterRegistry registry;
    private final Admissions admissions;

    AdmissionFilter(RateLimits limits, ClientKeys clients, MeterRegistry registry, SharedRedis redis) {
        this.limits = limits;
        this.clients = clients;
        this.registry = registry;
        LongSupplier nanos = System::nanoTime;
        BucketFactory buckets = redis.isUsed() && limits.enabled()
                ? new SharedBuckets(
                        redis, TimeMeter.SYSTEM_MILLISECONDS, REDIS_LIMIT, new SharedState(registry, nanos), nanos)
                : BucketFactory.local(nanos);
        this.admissions = new Admissions(limits, buckets, nanos);
    }

    void register(@Observes Filters filters) {
        if (limits.enabled()) {
            registerCounters();
            filters.register(this::handle, AFTER_SECURITY);
        }
    }

    private void handle(RoutingContext exchange) {
        RequestClass requestClass =
                RequestClass.of(exchange.request().method(), exchange.normalizedPath(), exchange.request()::getParam);
        String client = clients.of(exchange);
        CompletableFuture<Verdict> verdict = admissions.decide(client, requestClass);
        if (verdict.isDone()) {
            apply(exchange, client, requestClass, verdict.join());
            return;
        }
        // The body, if there is one, does not arrive before the request is passed on.
        Context eventLoop = exchange.vertx().getOrCreateContext();
        var _ = verdict.whenComplete((decided, bug) -> eventLoop.runOnContext(_ -> {
            if (bug != null) {
                exchange.fail(bug);
            } else if (!ResponseEnd.of(exchange).isOver()) {
                apply(exchange, client, requestClass, decided);
            }
        }));
    }

    private void apply(RoutingContext exchange, String client, RequestClass requestClass, Verdict verdict) {
        switch (verdict) {
            case Verdict.Known _ -> exchange.next();
            case Verdict.Admitted(Quota left) -> {
                addHeaders(exchange.response(), left);
                if (requestClass instanceof RequestClass.Play play) {
                    removeMissingPlayback(exchange, client, play);
                }
                exchange.next();
            }
            case Verdict.Refused refused -> refuse(exchange, refused);
        }
    }

    /** Removes the playback of a channel that does not exist. */
    private void removeMissingPlayback(RoutingContext exchange, String client, RequestClass.Play play) {
        exchange.addHeadersEndHandler(_ -> {
            if (exchange.response().getStatusCode() == 404) {
                admissions.forget(client, play);
            }
        });
    }

    private void refuse(RoutingContext exchange, Verdict.Refused refused) {
        exceeded(refused.scope(), refused.kind()).increment();
        if (ResponseEnd.hasBody(exchange.request())) {
            ResponseEnd.of(exchange).bodyPending();
        }
        Quota quota = refused.quota();
        addHeaders(exchange.response(), quota);
        ProblemMapper.send(
                exchange,
                ProblemType.RATE_LIMITED
                        .with("the limit for " + refused.scope().meaning() + " is reached: " + quota.quota()
                                + " at once, and as many again in " + quota.window() + " s")
                        .retryAfter(refused.delay()));
    }

    private static void addHeaders(HttpServerResponse response, Quota quota) {
        response.putHeader(RATE_LIMIT_POLICY, quota.policyField()).putHeader(RATE_LIMIT, quota.limitField());
    }

    /** Registers all time series at 0, so that rate() includes the first refusal. */
    private void registerCounters() {
        for (Kind kind : Kind.values()) {
            for (Scope scope : Scope.values()) {
                if (scope != Scope.MODE || limits.modes().containsKey(kind)) {
                    exceeded(scope, kind);
                }
            }
        }
    }

    private Counter exceeded(Scope scope, Kind kind) {
        return Counter.builder("xg2g.rate.limit.exceeded")
                .description("Requests refused by a rate limit")
                .tag("scope", scope.label())
                .tag("mode", kind.label())
                .register(registry);
    }
}
