package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.http.PublicUrl;
import io.xg2g.problem.ProblemException;
import io.xg2g.schedule.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobPageTest {
    private static final PublicUrl OWN = new PublicUrl("https", "tv.example.org", 443, "/xg2g");

    private final ManualTime time = new ManualTime();
    private final TranscodeJobs jobs =
            new TranscodeJobs(Duration.ofMinutes(10), Duration.ofHours(24), Long.MAX_VALUE, time);

    @BeforeEach
    void seven() {
        for (int n = 0; n < 7; n++) {
            String id = UUID.randomUUID().toString();
            TranscodeJob job = new TranscodeJob(
                    Jobs.request(id, "client"),
                    Jobs.files(Path.of(id)),
                    new RefCountedDirectory(Path.of(id), _ -> {}),
                    time);
            if (n % 2 == 1) {
                job.ended(new JobState.Cancelled(Instant.EPOCH), 0);
            }
            jobs.add(job);
        }
    }

    @Test
    void pagesTogetherHaveEachJobOnceInTheOrderOfTheList() {
        List<String> ids = new ArrayList<>();
        @Nullable String cursor = null;
        int pages = 0;
        do {
            JobPage page = page(null, "3", cursor);
            page.transcodes().forEach(view -> ids.add(view.id()));
            cursor = page.next() == null ? null : page.next().replaceFirst(".*cursor=", "");
            pages++;
        } while (cursor != null);

        assertThat(pages).isEqualTo(3);
        assertThat(ids)
                .containsExactlyElementsOf(
                        jobs.newestFirst().stream().map(job -> job.id).toList());
    }

    @Test
    void aStateSelectsAndIsKeptByTheNextPage() {
        JobPage page = page("cancelled", "2", null);
        assertThat(page.transcodes()).hasSize(2).extracting(JobView::state).containsOnly("cancelled");
        assertThat(page.next()).startsWith("/xg2g/api/v1/transcodes?state=cancelled&limit=2&cursor=");
        assertThat(page("cancelled", "3", null).next()).isNull();
        assertThat(page("dead", null, null).transcodes()).isEmpty();
    }

    @Test
    void wrongParametersAreRefused() {
        for (String[] wrong : new String[][] {
            {"ended", null, null},
            {null, "0", null},
            {null, "1001", null},
            {null, "x", null},
            {null, null, "%"},
            {null, null, "YQ"}
        }) {
            assertThatThrownBy(() -> JobPage.Query.of(wrong[0], wrong[1], wrong[2]))
                    .isInstanceOf(ProblemException.class);
        }
    }

    private JobPage page(@Nullable String state, @Nullable String limit, @Nullable String cursor) {
        return JobPage.Query.of(state, limit, cursor)
                .page(jobs.newestFirst(), job -> JobView.of(job, job.state(), Optional.empty(), jobs, OWN::path), OWN::path);
    }
}
