package io.xg2g.forward;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.xg2g.cluster.InnerClient;
import io.xg2g.cluster.InnerServer;
import io.xg2g.cluster.Member;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The other gateways, as far as requests are forwarded to them. Each one with such requests is probed once a second: the request of a
 * viewer may wait for its answer for long, so only this tells that a machine has stopped or is cut off. If it does not answer within
 * {@link #SILENCE}, all requests that it has not answered are {@linkplain Forward#abort aborted}. Thread-safe.
 */
final class Gateways {
    /** Path of the probe at the port for the other members. */
    static final String PROBE = InnerServer.ROOT + "probe";

    static final Duration SILENCE = Duration.ofSeconds(3);

    /** Time for which a gateway that did not answer is not asked again. */
    private static final long AVOIDED_NANOS = Duration.ofSeconds(1).toNanos();

    private static final Logger LOG = Logger.getLogger(Gateways.class);

    private final InnerClient client;
    private final LongSupplier nanos;
    private final Set<Forward> active = ConcurrentHashMap.newKeySet();

    /** Gateways that are being probed. */
    private final Set<Member> probed = ConcurrentHashMap.newKeySet();

    /** Gateways that did not answer, with the time until which they are avoided. */
    private final Map<Member, Long> avoided = new ConcurrentHashMap<>();

    private volatile boolean closing;

    Gateways(InnerClient client, LongSupplier nanos) {
        this.client = client;
        this.nanos = nanos;
    }

    /** This gateway is shutting down: channels that nobody has are started by others. */
    void close() {
        closing = true;
    }

    /** Returns whether a gateway may be asked: it has answered when it was asked last, or this was a while ago. */
    boolean answers(Member member, Member self) {
        if (member.name().equals(self.name())) {
            return !closing;
        }
        Long until = avoided.get(member);
        return until == null || nanos.getAsLong() - until >= 0;
    }

    /** Runs a forward, on its event loop. */
    Future<Forward.Result> run(Forward forward) {
        active.add(forward);
        return forward.run(client).onComplete(result -> {
            active.remove(forward);
            if (result.result() == Forward.Result.NOT_CONNECTED) {
                avoid(forward.member());
            }
        });
    }

    private void avoid(Member member) {
        avoided.put(member, nanos.getAsLong() + AVOIDED_NANOS);
    }

    /** Probes the gateways to which requests are forwarded. Does not block. */
    void probe() {
        long now = nanos.getAsLong();
        avoided.values().removeIf(until -> now - until >= 0);
        active.stream().map(Forward::member).collect(Collectors.toSet()).forEach(this::probe);
    }

    private void probe(Member member) {
        if (!probed.add(member)) {
            return;
        }
        client.request(HttpMethod.GET, member.host(), member.port(), PROBE, null)
                // Both on the context of the request: the end of a response is told only once.
                .compose(request -> request.exceptionHandler(_ -> {})
                        .idleTimeout(SILENCE.toMillis())
                        .send()
                        .compose(HttpClientResponse::end))
                .onComplete(_ -> probed.remove(member))
                .onFailure(failure -> silent(member, failure));
    }

    private void silent(Member member, Throwable failure) {
        avoid(member);
        for (Forward forward : active) {
            if (forward.member().equals(member)) {
                LOG.debugf("forwarded request aborted: gateway=%s", member.name());
                forward.abort();
            }
        }
        LOG.warnf("gateway does not answer, requests to it are aborted: gateway=%s, reason=%s", member.name(), failure);
    }
}
