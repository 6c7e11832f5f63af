package io.xg2g.transcode;

import io.quarkus.runtime.StartupEvent;
import io.xg2g.cluster.SharedRedis;
import io.xg2g.connection.ConnectionException;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import io.xg2g.problem.Unavailable;
import io.xg2g.schedule.PeriodicTasks;
import io.xg2g.storage.Sha256;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Idempotency keys of jobs (draft-ietf-httpapi-idempotency-key-header): finds out whose job a request is.
 *
 * <p>In a cluster, each key of a client has an entry that all gateways share. While the gateway that claimed it receives the request,
 * the entry is the job's id, and lives for {@link #RECEIVING} from its latest renewal; then it is the id and the fingerprint of
 * the request, and lives for {@link #ACCEPTED} from its latest renewal, which takes place as long as the job is retained. An entry
 * whose job its owner does not know is replaced. Requests without a key, and those whose job is here, need no entry.
 *
 * <p>Thread-safe; blocks.
 */
@Singleton
class JobKeys {
    static final Duration RECEIVING = Duration.ofSeconds(30);
    static final Duration ACCEPTED = Duration.ofDays(1);

    private static final Logger LOG = Logger.getLogger(JobKeys.class);
    private static final Duration RECEIVING_RENEWAL = Duration.ofSeconds(10);
    private static final Duration ACCEPTED_RENEWAL = Duration.ofMinutes(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Of entries that change while they are looked at. */
    private static final int ATTEMPTS = 5;

    private final JobOwners owners;
    private final TranscodeJobs jobs;
    private final IdempotencyKeys local;
    private final Optional<SharedKeys> shared;
    private final OtherJobs peers;

    /** Whether all entries were renewed since the latest connection to Redis. */
    private volatile boolean renewed;

    /** Ids of jobs that are being received, by the names of their entries. */
    private final Map<String, String> receiving = new ConcurrentHashMap<>();

    /** Whose job a request is; closed when the request was accepted or refused. */
    sealed interface Use extends AutoCloseable {

        /** A job of this gateway that was accepted before. */
        record Known(TranscodeJob job, IdempotencyKeys.Claim claim) implements Use {
            @Override
            public void close() {
                claim.close();
            }
        }

        /** A job of another gateway, which has accepted it before. */
        record Elsewhere(JobView job, String fingerprint, IdempotencyKeys.Claim claim) implements Use {
            @Override
            public void close() {
                claim.close();
            }
        }

        @Override
        void close();
    }

    @Inject
    JobKeys(JobOwners owners, TranscodeJobs jobs, IdempotencyKeys local, SharedRedis redis, JobPeers peers) {
        this(owners, jobs, local, redis.isUsed() ? Optional.of(new RedisKeys(redis)) : Optional.empty(), peers);
        if (redis.isUsed()) {
            // It may have lost its data.
            redis.onConnected(() -> {
                renewed = false;
                Thread.ofVirtual().name("job-keys").start(this::renewAccepted);
            });
        }
    }

    JobKeys(JobOwners owners, TranscodeJobs jobs, IdempotencyKeys local, Optional<SharedKeys> shared, OtherJobs peers) {
        this.owners = owners;
        this.jobs = jobs;
        this.local = local;
        this.shared = shared;
        this.peers = peers;
    }

    void start(@Observes StartupEvent event, PeriodicTasks tasks) {
        if (shared.isPresent()) {
            tasks.every(RECEIVING_RENEWAL, "job-keys-receiving", () -> {
                renewReceiving();
                if (!renewed) {
                    renewAccepted();
                }
            });
            tasks.every(ACCEPTED_RENEWAL, "job-keys", this::renewAccepted);
        }
    }

    /** A new job of this gateway. */
    final class Fresh implements Use {
        private final String id;
        private final @Nullable String entry;
        private final IdempotencyKeys.Claim claim;
        private String text;
        private boolean stored;

        private Fresh(String id, @Nullable String entry, IdempotencyKeys.Claim claim) {
            this.id = id;
            this.entry = entry;
            this.claim = claim;
            this.text = id;
        }

        /** Returns the id of the job. */
        String id() {
            return id;
        }

        /**
         * Announces the fingerprint to the other gateways; called before the job is stored.
         *
         * @throws ProblemException if another gateway has received a request with the key meanwhile, or that is not known
         */
        void accept(String fingerprint) {
            if (entry != null) {
                String accepted = id + " " + fingerprint;
                if (replace(entry, text, accepted, ACCEPTED).isPresent()) {
                    throw inUse();
                }
                text = accepted;
            }
        }

        /** Records that the job was stored. */
        void stored() {
            stored = true;
        }

        /** Lets other requests use the key, unless the job was stored. */
        @Override
        public void close() {
            if (entry != null) {
                receiving.remove(entry);
                if (!stored) {
                    try {
                        replace(entry, text, "", RECEIVING);
                    } catch (ProblemException away) {
                        LOG.debugf("entry of an idempotency key not removed: job=%s", id);
                    }
                }
            }
            claim.close();
        }
    }

    /**
     * Begins a request.
     *
     * @throws ProblemException if another request with its key is being received, or it has a key and another gateway cannot be asked
     */
    Use begin(JobSubmission submission) {
        @Nullable String key = submission.idempotencyKey();
        IdempotencyKeys.Claim claim = local.claim(submission.client(), key);
        try {
            return begin(submission, key, claim);
        } catch (RuntimeException refused) {
            claim.close();
            throw refused;
        }
    }

    private Use begin(JobSubmission submission, @Nullable String key, IdempotencyKeys.Claim claim) {
        if (key == null) {
            return new Fresh(owners.next(), null, claim);
        }
        Optional<TranscodeJob> known = jobs.find(submission.client(), key);
        if (known.isPresent()) {
            return new Use.Known(known.get(), claim);
        }
        return shared.isEmpty()
                ? new Fresh(owners.next(), null, claim)
                : beginShared(submission, entry(submission.client(), key), claim);
    }

    private Use beginShared(JobSubmission submission, String entry, IdempotencyKeys.Claim claim) {
        String id = owners.next();
        // Before the entry exists: who reads it asks whether the job is being received.
        receiving.put(entry, id);
        boolean claimed = false;
        try {
            Optional<String> other = replace(entry, "", id, RECEIVING);
            for (int attempt = 0; attempt < ATTEMPTS && other.isPresent(); attempt++) {
                String[] parts = other.get().split(" ", 2);
                Optional<JobView> job = parts.length < 2 ? receivedBy(parts[0]) : acceptedBy(parts[0], submission);
                if (job.isPresent()) {
                    return new Use.Elsewhere(job.get(), parts[1], claim);
                }
                other = replace(entry, other.get(), id, RECEIVING);
            }
            if (other.isPresent()) {
                throw inUse();
            }
            claimed = true;
            return new Fresh(id, entry, claim);
        } finally {
            if (!claimed) {
                receiving.remove(entry, id);
            }
        }
    }

    /** Another gateway receives it; this one did before it was started again, since it has the only claim now. */
    private Optional<JobView> receivedBy(String id) {
        if (owners.of(id) instanceof JobOwner.Gateway) {
            throw inUse();
        }
        return Optional.empty();
    }

    private Optional<JobView> acceptedBy(String id, JobSubmission submission) {
        return owners.of(id) instanceof JobOwner.Gateway(String owner)
                ? peers.find(owner, id, submission.prefix())
                : Optional.empty();
    }

    /** Returns whether a job is being received by this gateway. */
    boolean isReceiving(String id) {
        return receiving.containsValue(id);
    }

    void renewReceiving() {
        receiving.forEach((entry, id) -> {
            try {
                replace(entry, id, id, RECEIVING);
            } catch (ProblemException away) {
                LOG.debugf("entry of an idempotency key not renewed: job=%s", id);
            }
        });
    }

    /** Renews the entries of all jobs, and creates those that Redis has lost. */
    void renewAccepted() {
        try {
            renewed = true;
            for (TranscodeJob job : jobs.newestFirst()) {
                @Nullable String key = job.request.idempotencyKey();
                if (key != null) {
                    String text = job.id + " " + job.request.fingerprint();
                    replace(entry(job.client, key), text, text, ACCEPTED);
                }
            }
        } catch (ProblemException away) {
            renewed = false;
            LOG.debug("entries of idempotency keys not renewed");
        }
    }

    private Optional<String> replace(String entry, String expected, String text, Duration life) {
        try {
            return shared.orElseThrow().replace(entry, expected, text, life);
        } catch (ConnectionException away) {
            throw Unavailable.cluster("idempotency keys are in Redis, which cannot be reached: " + away.getMessage())
                    .asException();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw Unavailable.shuttingDown().asException();
        }
    }

    private static ProblemException inUse() {
        return ProblemType.IDEMPOTENCY_KEY_IN_USE
                .with("a request with this Idempotency-Key is being received by another gateway")
                .retryAfter(RETRY)
                .asException();
    }

    /** Returns the name of the entry of a key. Keys of clients may be long, and secret. */
    static String entry(String client, String key) {
        return "idempotency:" + HexFormat.of().formatHex(Sha256.of(client + "\0" + key));
    }
}
