package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AudioTimesTest {
    private static final long SECOND = 90_000;

    private final AudioTimes times = new AudioTimes();

    @Test
    void audioNearTheVideoFollows() {
        times.video(100 * SECOND);

        assertThat(times.follows(0, 95 * SECOND)).isTrue();
        assertThat(times.follows(0, 105 * SECOND)).isTrue();
        assertThat(times.follows(0, 94 * SECOND)).isFalse();
        assertThat(times.follows(0, 106 * SECOND)).isFalse();
        assertThat(times.follows(0, 100 * SECOND)).isTrue();
    }

    @Test
    void withoutVideoAudioFollowsTheAudioBeforeIt() {
        assertThat(times.follows(0, 100 * SECOND)).isTrue();
        assertThat(times.follows(0, 150 * SECOND)).isFalse();
        assertThat(times.follows(0, 104 * SECOND)).isTrue();
        assertThat(times.follows(0, 108 * SECOND)).isTrue();
        assertThat(times.follows(0, 90 * SECOND)).isFalse();
    }

    @Test
    void audioThatWasFedAndDoesNotComeOutWithTheVideoIsWithheld() {
        times.video(100 * SECOND);
        times.follows(0, 100 * SECOND);
        times.video(106 * SECOND);

        assertThat(times.isWithheld((_, after) -> 106 * SECOND - after)).isTrue();
    }

    @Test
    void audioThatWasNotFedIsNotWithheld() {
        times.video(100 * SECOND);
        times.follows(0, 100 * SECOND);
        times.video(106 * SECOND);

        assertThat(times.isWithheld((_, after) -> 101 * SECOND - after)).isFalse();
    }

    @Test
    void audioInputAheadOfTheOutputIsNotWithheld() {
        times.video(100 * SECOND);
        times.follows(0, 100 * SECOND);

        assertThat(times.isWithheld((_, after) -> 130 * SECOND - after)).isFalse();
    }

    @Test
    void audioWithoutVideoIsNeverWithheld() {
        times.follows(0, 100 * SECOND);

        assertThat(times.isWithheld((_, after) -> 30 * SECOND)).isFalse();
    }

    @Test
    void aSegmenterWithoutAnyAudioOutputWithholdsNone() {
        times.video(100 * SECOND);
        times.video(130 * SECOND);

        assertThat(times.isWithheld((_, after) -> 30 * SECOND)).isFalse();
    }
}
