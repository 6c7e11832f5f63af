package io.xg2g.forward;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.channel.ChannelCatalog;
import io.xg2g.cluster.InnerClient;
import io.xg2g.cluster.Leases;
import io.xg2g.cluster.Member;
import io.xg2g.cluster.Members;
import io.xg2g.http.ForwardedRequests;
import io.xg2g.http.ResponseEnd;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import io.xg2g.problem.Unavailable;
import io.xg2g.transcode.JobOwner;
import io.xg2g.transcode.JobOwners;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Forwards a request to the gateway that owns what the request is for, or has it answered by this one.
 *
 * <p>One hop at most: a request that another gateway has forwarded is answered here, or with 421, whereupon the other gateway asks for
 * the owner again. So it does if the owner cannot be connected, {@linkplain Gateways does not answer}, or shuts down; until there is
 * another owner, the answer is 503 with {@code Retry-After: 1}. Thread-safe.
 */
@Singleton
class Forwarder {
    /** Answer to a gateway that has forwarded a request to one that is not the owner: RFC 9110, section 15.5.20. */
    static final int MISDIRECTED = 421;

    /** Of one request: an owner that has gone, and the one that follows it, which may have gone, too. */
    private static final int ATTEMPTS = 3;

    /** Problems of a gateway that would have to start a channel: another one may have room. */
    private static final Set<String> REFUSALS =
            Set.of(ProblemType.SHUTTING_DOWN.code(), ProblemType.TOO_MANY_STREAMS.code());

    private static final Logger LOG = Logger.getLogger(Forwarder.class);

    private final Owners owners;
    private final Gateways gateways;
    private final ForwardMetrics metrics;

    @Inject
    Forwarder(
            Members members,
            Leases leases,
            JobOwners jobs,
            ChannelCatalog catalog,
            InnerClient client,
            MeterRegistry registry) {
        this(new ClusterOwners(members, leases, jobs, catalog), new Gateways(client, System::nanoTime), registry);
    }

    Forwarder(Owners owners, Gateways gateways, MeterRegistry registry) {
        this.owners = owners;
        this.gateways = gateways;
        this.metrics = new ForwardMetrics(registry);
    }

    /** Finds out which of the other gateways answer; called once a second. Does not block. */
    void probe() {
        gateways.probe();
    }

    /** This gateway shuts down: other ones start channels. */
    void close() {
        gateways.close();
    }

    /** Answers a request, or passes it on. */
    void handle(RoutingContext exchange) {
        route(new Request(
                exchange,
                ResourcePaths.of(exchange.request().method(), exchange.normalizedPath()),
                1,
                Set.of(),
                System.nanoTime()));
    }

    /**
     * A request.
     *
     * @param attempt number of attempts, including this one
     * @param excluded gateways that have not taken it
     * @param began monotonic time of its arrival
     */
    private record Request(RoutingContext exchange, Resource resource, int attempt, Set<Member> excluded, long began) {

        Request again() {
            return new Request(exchange, resource, attempt + 1, excluded, began);
        }

        Request without(Member member) {
            Set<Member> more = new HashSet<>(excluded);
            more.add(member);
            return new Request(exchange, resource, attempt, more, began);
        }

        /** Returns the problems of another gateway for which there is another attempt. */
        Set<String> refusals(boolean owner) {
            if (attempt == ATTEMPTS || !(resource instanceof Resource.Leased leased && leased.starts())) {
                return Set.of();
            }
            return owner ? Set.of(ProblemType.SHUTTING_DOWN.code()) : REFUSALS;
        }
    }

    private void route(Request request) {
        switch (request.resource()) {
            case Resource.Anywhere _ -> request.exchange().next();
            case Resource.Job(String id) -> {
                switch (owners.job(id)) {
                    case JobOwner.Here _ -> request.exchange().next();
                    case JobOwner.Gateway(String name) ->
                        go(request, destinations(request).of(name));
                }
            }
            case Resource.Leased leased ->
                Future.fromCompletionStage(
                                owners.owner(leased.lease()),
                                request.exchange().vertx().getOrCreateContext())
                        .onSuccess(
                                ownership -> go(request, destinations(request).of(leased, ownership)))
                        .onFailure(request.exchange()::fail);
        }
    }

    private Destinations destinations(Request request) {
        Member self = owners.self();
        boolean forwarded =
                ForwardedRequests.forwarded(request.exchange().request()).isPresent();
        return new Destinations(
                self,
                owners.gateways(),
                owners::receiver,
                member -> !request.excluded().contains(member) && gateways.answers(member, self),
                forwarded);
    }

    private void go(Request request, Destination destination) {
        RoutingContext exchange = request.exchange();
        if (ResponseEnd.of(exchange).isOver()) {
            metrics.count(ForwardMetrics.Label.CLIENT_LEFT);
            return;
        }
        switch (destination) {
            case Destination.Here _ -> exchange.next();
            case Destination.Forward(Member member, boolean owner) -> forward(request, member, owner);
            case Destination.Misdirected _ -> {
                expectNoBody(exchange);
                exchange.response().setStatusCode(MISDIRECTED).end();
            }
            case Destination.Unavailable(String reason) -> refuse(request, reason);
        }
    }

    private void forward(Request request, Member member, boolean owner) {
        Forward forward = new Forward(
                request.exchange(),
                member,
                request.refusals(owner),
                () -> metrics.answeredAfter(System.nanoTime() - request.began()));
        gateways.run(forward).onSuccess(result -> {
            switch (result) {
                case ANSWERED -> metrics.count(ForwardMetrics.Label.ANSWERED);
                case CLIENT_LEFT -> metrics.count(ForwardMetrics.Label.CLIENT_LEFT);
                case OWNER_LOST -> metrics.count(ForwardMetrics.Label.OWNER_LOST);
                case NOT_ANSWERED -> again(request, member, result);
                case NOT_CONNECTED, MISDIRECTED, REFUSED -> again(request.without(member), member, result);
                case MALFORMED ->
                    send(
                            request,
                            ProblemType.INVALID_REQUEST.with("a header of the request contains a control character"));
                case NOT_REPEATABLE -> refuse(request, "gateway " + member.name() + " has not answered");
            }
        });
    }

    private void again(Request request, Member member, Forward.Result result) {
        LOG.debugf(
                "request not answered by the owner: gateway=%s, path=%s, result=%s, attempt=%d",
                member.name(), request.exchange().normalizedPath(), result, request.attempt());
        if (request.resource() instanceof Resource.Leased leased) {
            owners.invalidate(leased.lease());
        }
        if (request.attempt() < ATTEMPTS) {
            route(request.again());
        } else {
            refuse(request, "gateway " + member.name() + " does not answer");
        }
    }

    private void refuse(Request request, String reason) {
        metrics.count(ForwardMetrics.Label.UNAVAILABLE);
        send(request, Unavailable.cluster(reason));
    }

    private static void send(Request request, Problem problem) {
        expectNoBody(request.exchange());
        ProblemMapper.send(request.exchange(), problem);
    }

    /** The body of a request that is refused is not read. */
    private static void expectNoBody(RoutingContext exchange) {
        if (ResponseEnd.hasBody(exchange.request())) {
            ResponseEnd.of(exchange).bodyPending();
        }
    }
}
