package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.events.Event;
import io.xg2g.problem.ProblemType;
import io.xg2g.schedule.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobAnnouncerTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<TranscodeJob> callbacks = new ArrayList<>();
    private final List<TranscodeJob> uploads = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final JobAnnouncer announcer = new JobAnnouncer(registry, callbacks::add, uploads::add, events::add);

    @Test
    void aDeadJobIsAnEventWithItsReason() {
        TranscodeJob job = ended(new JobState.Dead(ProblemType.TRANSCODE_FAILED.with("it crashed"), Instant.EPOCH));

        announcer.ended(job);

        assertThat(callbacks).containsExactly(job);
        assertThat(count("dead")).isEqualTo(1);
        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo("job.dead");
            assertThat(event.subject()).isEqualTo("id");
            assertThat(event.details())
                    .containsEntry("code", "transcode-failed")
                    .containsEntry("reason", "it crashed")
                    .containsEntry("attempts", "3");
        });
    }

    @Test
    void otherEndsAreCountedOnly() {
        announcer.ended(ended(new JobState.Cancelled(Instant.EPOCH)));
        assertThat(count("cancelled")).isEqualTo(1);
        assertThat(events).isEmpty();
    }

    @Test
    void theCallbackOfAJobWithAnUploadWaitsForIt() {
        TranscodeJob job = ended(new JobState.Completed(
                new TranscodeResult.Completed(List.of(), "libx264", "software", Duration.ZERO, Duration.ZERO),
                Instant.EPOCH,
                new ResultUpload.Waiting()));

        announcer.ended(job);

        assertThat(uploads).containsExactly(job);
        assertThat(callbacks).isEmpty();
        assertThat(count("completed")).isEqualTo(1);
    }

    private double count(String state) {
        return registry.get("xg2g.transcode.jobs.ended")
                .tag("state", state)
                .counter()
                .count();
    }

    private static TranscodeJob ended(JobState.Ended end) {
        TranscodeJob job = new TranscodeJob(
                Jobs.request("id", "client"),
                Jobs.files(Path.of("id")),
                new RefCountedDirectory(Path.of("id"), _ -> {}),
                new ManualTime());
        job.ended(end, 3);
        return job;
    }
}
