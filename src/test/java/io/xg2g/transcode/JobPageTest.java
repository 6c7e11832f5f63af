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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
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
    void pagesOfSeveralGatewaysTogetherHaveEachJobOnce() {
        TranscodeJobs others = new TranscodeJobs(Duration.ofMinutes(10), Duration.ofHours(24), Long.MAX_VALUE, time);
        for (int n = 0; n < 5; n++) {
            String id = JobId.next(Optional.of("gateway-1")).toString();
            others.add(new TranscodeJob(
                    Jobs.request(id, "client"),
                    Jobs.files(Path.of(id)),
                    new RefCountedDirectory(Path.of(id), _ -> {}),
                    time));
        }
        for (String limit : List.of("1", "2", "3", "5", "11", "12", "100")) {
            List<String> ids = new ArrayList<>();
            @Nullable String cursor = null;
            do {
                JobPage.Query query = JobPage.Query.of(null, limit, cursor);
                JobPage page = query.merged(
                        List.of(page(jobs, query), page(others, query)), List.of("gateway-2"), OWN::path);
                assertThat(page.missingMembers()).containsExactly("gateway-2");
                assertThat(page.transcodes()).hasSizeLessThanOrEqualTo(Integer.parseInt(limit));
                page.transcodes().forEach(view -> ids.add(view.id()));
                cursor = page.next() == null ? null : page.next().replaceFirst(".*cursor=", "");
            } while (cursor != null);

            assertThat(ids)
                    .as(limit)
                    .isSortedAccordingTo(Comparator.reverseOrder())
                    .containsExactlyInAnyOrderElementsOf(Stream.of(jobs, others)
                            .flatMap(all -> all.newestFirst().stream())
                            .map(job -> job.id)
                            .toList());
        }
    }

    @Test
    void anEmptyClusterHasOneEmptyPage() {
        JobPage.Query query = JobPage.Query.of("dead", null, null);
        JobPage page = query.merged(List.of(page(jobs, query)), List.of(), OWN::path);
        assertThat(page).isEqualTo(new JobPage(List.of(), null, null));
    }

    @Test
    void aQueryIsReadAsItIsWritten() {
        JobPage.Query query = JobPage.Query.of("dead", "7", new JobPage.Position(1, JobId.next(Optional.of("a")).toString()).written());
        assertThat(query.written()).matches("state=dead&limit=7&cursor=[A-Za-z0-9_-]+");
        assertThat(JobPage.Query.of(null, null, null).written()).isEqualTo("limit=100");
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
        return page(jobs, JobPage.Query.of(state, limit, cursor));
    }

    private static JobPage page(TranscodeJobs jobs, JobPage.Query query) {
        return query.page(
                jobs.newestFirst(),
                job -> JobView.of(job, job.state(), Optional.empty(), jobs, OWN::path),
                OWN::path);
    }
}
