package io.xg2g.transcode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduler;
import io.xg2g.config.ConfigBounds;
import io.xg2g.durability.DurableQueues;
import io.xg2g.problem.ProblemType;
import io.xg2g.queue.Durability;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueOptions;
import io.xg2g.queue.Serializer;
import io.xg2g.schedule.Backoff;
import io.xg2g.schedule.TimeSource;
import io.xg2g.source.SourceClient;
import io.xg2g.source.SourceNotAllowed;
import io.xg2g.source.SourcePolicy;
import io.xg2g.source.SourceResponse;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Callbacks: signed notifications of the end of jobs, in a durable queue of their own. Thread-safe. */
@ApplicationScoped
@Startup
class Callbacks {
    private static final String QUEUE = "callbacks";
    private static final String SECRET = "xg2g.transcode.callback.secret";
    private static final int MIN_SECRET = 32;
    private static final Duration MAX_RETRY_DELAY = Duration.ofMinutes(10);

    /** Bytes of one callback: a ladder of renditions with long URLs. */
    private static final int MAX_BYTES = 1 << 20;

    private static final int MAX_CALLBACKS = 100_000;
    private static final Duration STARTED_CHECK = Duration.ofMillis(250);

    private final Optional<String> secret;
    private final Duration maxAge;
    private final Duration timeout;
    private final HybridQueue<CallbackSender.Message> queue;
    private final CallbackSender sender;
    private final TranscodeJobs jobs;
    private final SourcePolicy policy;
    private final SourceClient client;
    private final MeterRegistry registry;
    private final ObjectMapper json;

    Callbacks(
            DurableQueues queues,
            TranscodeJobs jobs,
            SourcePolicy policy,
            SourceClient client,
            MeterRegistry registry,
            ObjectMapper json,
            TranscodeConfig config) {
        TranscodeConfig.Callback settings = config.callback();
        this.secret = settings.secret().map(Callbacks::checked);
        this.maxAge = ConfigBounds.duration(
                "xg2g.transcode.callback.max-age", settings.maxAge(), Duration.ofMinutes(1), Duration.ofDays(30));
        this.timeout = ConfigBounds.duration(
                "xg2g.transcode.callback.timeout", settings.timeout(), Duration.ofMillis(100), Duration.ofMinutes(1));
        int attempts =
                Math.toIntExact(ConfigBounds.number("xg2g.transcode.callback.attempts", settings.attempts(), 1, 100));
        Backoff backoff =
                Backoff.configured("xg2g.transcode.callback.retry-delay", settings.retryDelay(), MAX_RETRY_DELAY);
        this.jobs = jobs;
        this.policy = policy;
        this.client = client;
        this.registry = registry;
        this.json = json;
        QueueOptions options = QueueOptions.named(QUEUE)
                .with(new QueueOptions.Bounds(1, MAX_CALLBACKS, MAX_BYTES))
                .with(queues.storage(QUEUE, Durability.SYNC));
        this.queue = queues.work(options, messages());
        CallbackSender.Policy sending = new CallbackSender.Policy(
                secret.orElse(""),
                attempts,
                backoff,
                outcome -> counter(outcome).increment());
        this.sender = new CallbackSender(queue, this::post, sending, TimeSource.SYSTEM, Thread::startVirtualThread);
        for (CallbackSender.Outcome outcome : CallbackSender.Outcome.values()) {
            counter(outcome);
        }
    }

    private static String checked(String secret) {
        if (secret.length() < MIN_SECRET) {
            throw ConfigBounds.outside(
                    SECRET, "a text of " + secret.length() + " characters", MIN_SECRET + " characters or more");
        }
        return secret;
    }

    private Counter counter(CallbackSender.Outcome outcome) {
        return Counter.builder("xg2g.transcode.callbacks")
                .tag("outcome", outcome.label())
                .description("Attempts to deliver a callback")
                .register(registry);
    }

    private Serializer<CallbackSender.Message> messages() {
        return new Serializer<>() {
            @Override
            public byte[] toBytes(CallbackSender.Message message) {
                return written(message).getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public CallbackSender.Message fromBytes(byte[] bytes) {
                try {
                    return json.readValue(bytes, CallbackSender.Message.class);
                } catch (IOException damaged) {
                    throw new UncheckedIOException("a callback in the queue is malformed", damaged);
                }
            }
        };
    }

    private String written(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException bug) {
            throw new IllegalStateException("a callback cannot be written as JSON", bug);
        }
    }

    /**
     * Checks that callbacks can be signed.
     *
     * @throws io.xg2g.problem.ProblemException if no key is configured
     */
    void checkEnabled() {
        if (secret.isEmpty()) {
            throw ProblemType.INVALID_REQUEST
                    .with("callbacks are not enabled; the operator has to configure the key that signs them (" + SECRET
                            + ")")
                    .asException();
        }
    }

    /**
     * Adds the callback of an ended job, if it has one; returns after it was synced.
     *
     * @param state what it reports
     * @throws io.xg2g.queue.QueueException if it could not be added
     */
    void add(TranscodeJob job, JobState state) {
        String url = job.request.callback();
        if (url != null) {
            JobView view = JobView.of(job, state, Optional.empty(), jobs, path -> job.request.service() + path);
            queue.add(new CallbackSender.Message(job.id, url, written(view)), 0, maxAge);
        }
    }

    /** Begins to send when the service has started, not while it may still refuse to start. */
    void start(@Observes StartupEvent event, Scheduler scheduler) {
        if (secret.isPresent()) {
            Thread.ofVirtual().name("callbacks").start(() -> send(scheduler));
        }
    }

    private void send(Scheduler scheduler) {
        try {
            while (!scheduler.isRunning()) {
                Thread.sleep(STARTED_CHECK);
            }
            sender.consumer().run();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    void stop(@Observes ShutdownEvent event) {
        sender.consumer().close();
    }

    private int post(URI uri, Map<String, String> headers, String body)
            throws IOException, SourceNotAllowed, InterruptedException {
        SourceResponse response =
                client.post(policy.ofClient(uri), uri, headers, body.getBytes(StandardCharsets.UTF_8), timeout);
        try (InputStream _ = response.body()) {
            return response.status();
        }
    }
}
