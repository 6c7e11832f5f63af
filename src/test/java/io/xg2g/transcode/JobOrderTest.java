package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order in which jobs begin. */
class JobOrderTest extends JobRunnerFixture {
    @Test
    void jobsRunByLevelAndThenInTheirOrderAlsoAfterARestart() throws IOException {
        // Given
        String preview = accept(0);
        String first = accept(1);
        String second = accept(1);
        String active = accept(2);
        assertThat(runner.step()).isTrue();
        assertThat(begun).containsOnlyKeys(active);

        // When the program is killed while one runs
        restart();

        // Then
        for (String next : List.of(active, first, second, preview)) {
            assertThat(runner.step()).isTrue();
            assertThat(runner.step()).as("no room").isFalse();
            assertThat(begun).containsOnlyKeys(next);
            end(next, new Attempt.Completed(RESULT));
        }
        assertThat(runner.step()).isFalse();
        assertThat(queue.stats().items()).isZero();
    }

    /** Its source waits for its fetch: it is not taken out of the queue and put back again and again. */
    @Test
    void aJobThatCannotBeginKeepsItsPlaceAndNoOtherOneWaitsForIt() {
        String fetched = accept(1);
        String uploaded = accept(1);
        notReady.add(fetched);
        assertNext(uploaded);
        assertThat(runner.step()).isFalse();
        String later = accept(1);

        notReady.clear();

        assertNext(fetched);
        assertNext(later);
    }

    @Test
    void clientsTakeTurnsAlsoAfterARestart() throws IOException {
        // Given a client with many jobs, two others, and a job of the first one that failed
        List<String> a = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            a.add(accept(1, "a"));
        }
        runner.step();
        String b = accept(1, "b");
        String c = accept(1, "c");
        end(a.getFirst(), new Attempt.Failed(CRASHED, true));

        // Then
        assertNext(a.get(1));
        assertNext(b);
        restart();
        assertNext(a.getFirst());
        assertNext(c);
        assertNext(a.get(2));
        String late = accept(1, "b");
        assertNext(a.get(3));
        assertNext(late);
        for (String next : a.subList(4, 30)) {
            assertNext(next);
        }
        assertThat(queue.stats().items()).isZero();
    }
}
