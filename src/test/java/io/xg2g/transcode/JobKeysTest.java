package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.connection.ConnectionException;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import io.xg2g.schedule.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two gateways that share entries, which expire by a clock that the test sets. */
class JobKeysTest {
    private static final Duration KEEP = Duration.ofDays(2);

    private final ManualTime time = new ManualTime();
    private final FakeKeys shared = new FakeKeys();
    private final Map<String, Gateway> gateways = new HashMap<>();
    private final Gateway a = new Gateway("a");
    private final Gateway b = new Gateway("b");

    /** Entries in memory. */
    private final class FakeKeys implements SharedKeys {
        private record Entry(String text, long until) {}

        final Map<String, Entry> entries = new HashMap<>();
        boolean away;

        @Override
        public Optional<String> replace(String name, String expected, String text, Duration life)
                throws ConnectionException {
            if (away) {
                throw new ConnectionException(ConnectionException.Kind.NOT_CONNECTED, "away");
            }
            entries.values().removeIf(entry -> entry.until() - time.nanoTime() <= 0);
            Entry entry = entries.get(name);
            if (entry != null && !entry.text().equals(expected)) {
                return Optional.of(entry.text());
            }
            if (text.isEmpty()) {
                entries.remove(name);
            } else {
                entries.put(name, new Entry(text, time.nanoTime() + life.toNanos()));
            }
            return Optional.empty();
        }
    }

    /** A gateway that answers the others. */
    private final class Gateway implements OtherJobs {
        final TranscodeJobs jobs = new TranscodeJobs(KEEP, KEEP, Long.MAX_VALUE, time);
        final JobKeys keys;

        Gateway(String name) {
            JobOwners owners =
                    new JobOwners(Optional.of(name), id -> jobs.find(id).isPresent());
            keys = new JobKeys(owners, jobs, new IdempotencyKeys(), Optional.of(shared), this);
            gateways.put(name, this);
        }

        @Override
        public Optional<JobView> find(String owner, String id, String prefix) {
            Gateway other = gateways.get(owner);
            if (other == null) {
                throw ProblemType.CLUSTER_UNAVAILABLE.with(owner).asException();
            }
            assertThat(other.keys.isReceiving(id)).isFalse();
            return other.jobs
                    .find(id)
                    .map(job -> JobView.of(job, job.state(), Optional.empty(), other.jobs, path -> prefix + path));
        }

        /** Receives a request, and accepts it unless it is known. */
        String accept(String fingerprint) {
            try (JobKeys.Use use = keys.begin(submission("key"))) {
                return switch (use) {
                    case JobKeys.Use.Known(TranscodeJob job, IdempotencyKeys.Claim _) -> job.id;
                    case JobKeys.Use.Elsewhere(JobView job, String accepted, IdempotencyKeys.Claim _) -> {
                        assertThat(accepted).isEqualTo(fingerprint);
                        yield job.id();
                    }
                    case JobKeys.Fresh fresh -> {
                        fresh.accept(fingerprint);
                        add(fresh.id());
                        fresh.stored();
                        yield fresh.id();
                    }
                };
            }
        }

        void add(String id) {
            jobs.add(new TranscodeJob(
                    Jobs.request(id, "client", "key"),
                    Jobs.files(Path.of(id)),
                    new RefCountedDirectory(Path.of(id), _ -> {}),
                    time));
        }
    }

    private static JobSubmission submission(@Nullable String key) {
        TranscodeOptions options =
                TranscodeOptions.of(new Profiles(Map::of), "720p", null, null, List.of(), List.of("respond-async"));
        return new JobSubmission(options, "client", "http://127.0.0.1:8080/xg2g", null, null, key, null);
    }

    private static void assertRefused(Runnable request, ProblemType type) {
        assertThatThrownBy(request::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().type()).isEqualTo(type));
    }

    @Test
    void theSameRequestAtAnotherGatewayIsTheSameJob() {
        String id = a.accept("fingerprint");

        assertThat(id).startsWith("a-");
        assertThat(a.accept("fingerprint")).isEqualTo(id);
        assertThat(b.accept("fingerprint")).isEqualTo(id);
    }

    @Test
    void requestsWithoutAKeyAreJobsOfTheirOwn() {
        try (JobKeys.Use one = a.keys.begin(submission(null));
                JobKeys.Use two = a.keys.begin(submission(null))) {
            assertThat(((JobKeys.Fresh) one).id()).isNotEqualTo(((JobKeys.Fresh) two).id());
        }
        assertThat(shared.entries).isEmpty();
    }

    @Test
    void aKeyIsInUseWhileAnotherGatewayReceivesItsRequest() {
        try (JobKeys.Use _ = a.keys.begin(submission("key"))) {
            for (int i = 0; i < 10; i++) {
                assertRefused(() -> b.accept("fingerprint"), ProblemType.IDEMPOTENCY_KEY_IN_USE);
                time.advance(Duration.ofSeconds(10));
                a.keys.renewReceiving();
            }
        }
        // It was refused.
        assertThat(b.accept("fingerprint")).startsWith("b-");
    }

    @Test
    void aKeyIsFreeAWhileAfterTheGatewayThatReceivedItHasDied() {
        a.keys.begin(submission("key"));
        time.advance(JobKeys.RECEIVING);
        assertThat(b.accept("fingerprint")).startsWith("b-");
    }

    @Test
    void aGatewayThatHasStartedAgainTakesItsOwnKeyBack() {
        a.keys.begin(submission("key"));
        assertThat(new Gateway("a").accept("fingerprint")).startsWith("a-");
    }

    @Test
    void aRequestThatWasReceivedTooLateIsRefused() {
        try (JobKeys.Use late = a.keys.begin(submission("key"))) {
            time.advance(JobKeys.RECEIVING);
            b.accept("fingerprint");
            assertRefused(() -> ((JobKeys.Fresh) late).accept("fingerprint"), ProblemType.IDEMPOTENCY_KEY_IN_USE);
        }
        assertThat(a.accept("fingerprint")).startsWith("b-");
    }

    @Test
    void aJobThatItsGatewayHasRemovedIsAcceptedAgain() {
        String id = a.accept("fingerprint");
        a.jobs.forget(a.jobs.find(id).orElseThrow());

        String next = b.accept("fingerprint");

        assertThat(next).startsWith("b-");
        assertThat(a.accept("fingerprint")).isEqualTo(next);
    }

    @Test
    void aJobWhoseGatewayIsAwayIsNotAcceptedAgain() {
        a.accept("fingerprint");
        gateways.remove("a");
        assertRefused(() -> b.accept("fingerprint"), ProblemType.CLUSTER_UNAVAILABLE);
    }

    @Test
    void withoutRedisOnlyNewRequestsWithAKeyAreRefused() {
        String id = a.accept("fingerprint");
        shared.away = true;

        assertThat(a.accept("fingerprint")).isEqualTo(id);
        assertRefused(() -> b.accept("fingerprint"), ProblemType.CLUSTER_UNAVAILABLE);
        try (JobKeys.Use use = b.keys.begin(submission(null))) {
            assertThat(use).isInstanceOf(JobKeys.Fresh.class);
        }
        shared.away = false;
        assertThat(b.accept("fingerprint")).isEqualTo(id);
    }

    @Test
    void entriesThatRedisHasLostAreCreatedAgain() {
        String id = a.accept("fingerprint");
        shared.entries.clear();
        a.keys.renewAccepted();
        assertThat(b.accept("fingerprint")).isEqualTo(id);
    }

    @Test
    void entriesThatCouldNotBeRenewedAreWhenRedisIsBack() {
        String id = a.accept("fingerprint");
        shared.away = true;
        a.keys.renewAccepted();
        shared.away = false;
        shared.entries.clear();
        a.keys.renewAccepted();
        assertThat(b.accept("fingerprint")).isEqualTo(id);
    }

    @Test
    void aRefusedRequestWhoseEntryCannotBeRemovedIsFreeWhenItHasExpired() {
        try (JobKeys.Use use = a.keys.begin(submission("key"))) {
            assertThat(use).isInstanceOf(JobKeys.Fresh.class);
            shared.away = true;
            a.keys.renewReceiving();
        }
        shared.away = false;

        assertRefused(() -> b.accept("fingerprint"), ProblemType.IDEMPOTENCY_KEY_IN_USE);
        time.advance(JobKeys.RECEIVING);
        assertThat(b.accept("fingerprint")).isNotNull();
    }

    @Test
    void anEntryLivesAsLongAsItsJob() {
        String id = a.accept("fingerprint");
        for (int hour = 0; hour < 40; hour++) {
            time.advance(Duration.ofHours(1));
            a.keys.renewAccepted();
        }
        assertThat(b.accept("fingerprint")).isEqualTo(id);
    }

    @Test
    void namesOfEntriesDoNotTellTheKey() {
        assertThat(JobKeys.entry("client", "secret-key"))
                .matches("idempotency:[0-9a-f]{64}")
                .isNotEqualTo(JobKeys.entry("clientsecret", "-key"));
    }
}
