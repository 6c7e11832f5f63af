package io.xg2g.transcode;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.durability.QueueConsumer;
import io.xg2g.http.HmacSha256;
import io.xg2g.queue.Delivery;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueException;
import io.xg2g.schedule.Backoff;
import io.xg2g.schedule.TimeSource;
import io.xg2g.source.SourceNotAllowed;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Delivers callbacks from their queue, at least once each, several at the same time, but one at a time to a host that does not respond, so that it does not hold up those to others. One that
 * fails is put back with a delay, until its attempts are used up. Thread-safe; blocks.
 *
 * <p>The header {@value #SIGNATURE} is {@code t=<time>,v1=<signature>}: the time in seconds since 1970, and HMAC-SHA256 of the time,
 * a dot and the body, in hexadecimal.
 */
final class CallbackSender {
    static final String SIGNATURE = "X-Xg2g-Signature";
    static final String JOB = "X-Xg2g-Transcode";

    private static final Logger LOG = Logger.getLogger(CallbackSender.class);
    private static final int AT_ONCE = 8;
    private static final int LOWEST_SUCCESS = 200;
    private static final int HIGHEST_SUCCESS = 299;

    /**
     * A callback.
     *
     * @param job id of the job
     * @param url where to
     * @param body JSON
     */
    @RegisterForReflection
    record Message(String job, String url, String body) {}

    /** Sends a request, and returns the status of the response. */
    interface Transport {
        int post(URI uri, Map<String, String> headers, String body)
                throws IOException, SourceNotAllowed, InterruptedException;
    }

    /** What becomes of an attempt; label of the metric. */
    enum Outcome {
        DELIVERED("delivered"),
        POSTPONED("postponed"),
        ABANDONED("abandoned");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /**
     * How callbacks are sent.
     *
     * @param secret key of the signature
     * @param attempts maximum number of attempts
     * @param outcomes receives the result of each attempt
     */
    record Policy(String secret, int attempts, Backoff backoff, Consumer<Outcome> outcomes) {}

    private final QueueConsumer<Message> consumer;
    private final Transport transport;
    private final Policy policy;
    private final TimeSource time;
    private final FailingHosts hosts = new FailingHosts();

    CallbackSender(HybridQueue<Message> queue, Transport transport, Policy policy, TimeSource time, Executor executor) {
        this.transport = transport;
        this.policy = policy;
        this.time = time;
        this.consumer = new QueueConsumer<>("callbacks", queue, AT_ONCE, executor, this::deliver);
    }

    /** Takes callbacks from the queue, and sends them. */
    QueueConsumer<Message> consumer() {
        return consumer;
    }

    private void deliver(Delivery<Message> delivery) {
        try {
            send(delivery);
        } catch (QueueException.Closed shutdown) {
            LOG.debugf(
                    "callback is delivered again after the start: job=%s",
                    delivery.item().job());
        } catch (QueueException failure) {
            LOG.errorf("callback not removed from the queue: error=%s", failure.getMessage());
        }
    }

    private void send(Delivery<Message> delivery) {
        Message message = delivery.item();
        URI uri = URI.create(message.url());
        String host = String.valueOf(uri.getRawAuthority());
        if (!hosts.tryEnter(host)) {
            // Takes the place of an attempt, except of the last one.
            postpone(delivery, "the host did not respond to another one");
            return;
        }
        String failure = failure(uri, host, message);
        if (failure.isEmpty()) {
            policy.outcomes().accept(Outcome.DELIVERED);
            delivery.acknowledge();
        } else if (delivery.number() >= policy.attempts()) {
            LOG.warnf("callback given up: job=%s, attempts=%d, reason=%s", message.job(), delivery.number(), failure);
            policy.outcomes().accept(Outcome.ABANDONED);
            delivery.acknowledge();
        } else {
            postpone(delivery, failure);
        }
    }

    private void postpone(Delivery<Message> delivery, String reason) {
        LOG.debugf(
                "callback failed, sent again later: job=%s, reason=%s",
                delivery.item().job(), reason);
        policy.outcomes().accept(Outcome.POSTPONED);
        delivery.putBack(policy.backoff().after(delivery.number()));
    }

    /** Sends a callback; returns why it was not delivered, or an empty text. */
    private String failure(URI uri, String host, Message message) {
        boolean responded = false;
        long seconds = time.instant().getEpochSecond();
        Map<String, String> headers = Map.of(
                "Content-Type",
                "application/json",
                JOB,
                message.job(),
                SIGNATURE,
                "t=" + seconds + ",v1=" + HmacSha256.of(policy.secret(), seconds + "." + message.body()));
        try {
            int status = transport.post(uri, headers, message.body());
            responded = true;
            return status >= LOWEST_SUCCESS && status <= HIGHEST_SUCCESS ? "" : "status " + status;
        } catch (IOException unreachable) {
            return unreachable.getClass().getSimpleName();
        } catch (SourceNotAllowed refused) {
            responded = true;
            return refused.sentence();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return "shutdown";
        } finally {
            if (responded) {
                hosts.responded(host);
            } else {
                hosts.failed(host);
            }
        }
    }
}
