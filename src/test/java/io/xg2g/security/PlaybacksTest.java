package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.live.PlaybackMode;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may go on with a playback, and for how long. */
class PlaybacksTest {
    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofHours(12);
    private static final Duration SEGMENT = Duration.ofSeconds(2);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final PlaybackTarget SEGMENTS = new PlaybackTarget("news", PlaybackMode.ADAPTIVE);
    private static final String VIEWER = "192.0.2.1";
    private static final String THIEF = "198.51.100.7";

    private final PlaybackSettings settings =
            new PlaybackSettings(LIFETIME, LONGEST, List.of(PlaybackKey.random(RANDOM)));
    private Instant now = Instant.parse("2026-05-01T12:00:00Z");
    private final Playbacks playbacks = new Playbacks(settings, () -> now);

    @Test
    void aViewerWatchesForHoursWithTheSameAddress() {
        String token = begin();
        for (Duration watched = Duration.ZERO;
                watched.compareTo(Duration.ofHours(11)) < 0;
                watched = watched.plus(SEGMENT)) {
            assertThat(admitted(token, VIEWER)).isTrue();
            pass(SEGMENT);
            playbacks.sweep();
        }
    }

    @Test
    void aLeakedAddressDiesInMinutesWhileItsViewerGoesOn() {
        String token = begin();
        assertThat(admitted(token, VIEWER)).isTrue();
        for (int seconds = 0; seconds < 299; seconds += 2) {
            assertThat(admitted(token, VIEWER)).isTrue();
            assertThat(admitted(token, THIEF)).isTrue();
            pass(SEGMENT);
        }
        for (int seconds = 0; seconds < 3600; seconds += 2) {
            assertThat(admitted(token, THIEF)).isFalse();
            assertThat(admitted(token, VIEWER)).isTrue();
            pass(SEGMENT);
        }
    }

    @Test
    void aThiefDoesNotKeepAPlaybackAlive() {
        String token = begin();
        assertThat(admitted(token, VIEWER)).isTrue();
        pass(LIFETIME.minusSeconds(1));
        assertThat(admitted(token, THIEF)).isTrue();
        pass(SEGMENT);

        assertThat(admitted(token, THIEF)).isFalse();
        assertThat(admitted(token, VIEWER)).isFalse();
        playbacks.sweep();
        assertThat(playbacks.count()).isZero();
    }

    /** Its first client may be gone before the token expires; whoever comes then must not become the owner. */
    @Test
    void anAddressDoesNotChangeItsOwnerWhenTheOwnerLeavesEarly() {
        String token = begin();
        assertThat(admitted(token, VIEWER)).isTrue();
        pass(Duration.ofMinutes(4));
        playbacks.sweep();
        for (int seconds = 0; seconds < 58; seconds += 2) {
            assertThat(admitted(token, THIEF)).isTrue();
            pass(SEGMENT);
        }
        pass(SEGMENT);

        assertThat(admitted(token, THIEF)).isFalse();
    }

    @Test
    void anAddressThatNobodyUsedIsDeadAfterItsLifetime() {
        String token = begin();
        pass(LIFETIME);

        assertThat(admitted(token, VIEWER)).isFalse();
        assertThat(playbacks.count()).isZero();
    }

    @Test
    void whoPausesForLongerThanTheLifetimeBeginsAnew() {
        String token = begin();
        assertThat(admitted(token, VIEWER)).isTrue();
        pass(LIFETIME.minusSeconds(1));
        assertThat(admitted(token, VIEWER)).isTrue();
        pass(LIFETIME.minusSeconds(1));
        assertThat(admitted(token, VIEWER)).isTrue();
        pass(LIFETIME);

        assertThat(admitted(token, VIEWER)).isFalse();
    }

    @Test
    void aPlaybackEndsWhenItHasLastedTheLongest() {
        String token = begin();
        for (Duration watched = Duration.ZERO; watched.compareTo(LONGEST) < 0; watched = watched.plusMinutes(1)) {
            assertThat(admitted(token, VIEWER)).isTrue();
            pass(Duration.ofMinutes(1));
        }

        assertThat(admitted(token, VIEWER)).isFalse();
    }

    @Test
    void aContinuousStreamKeepsItsPlaybackWhileItLasts() {
        PlaybackTarget stream = new PlaybackTarget("news", PlaybackMode.STANDARD);
        String token = sign(PlaybackMode.STANDARD);
        Playback playback = playbacks.admit(token, stream, VIEWER).orElseThrow();
        playbacks.open(playback, VIEWER);
        pass(Duration.ofHours(3));
        playbacks.sweep();
        playbacks.close(playback, VIEWER);
        pass(SEGMENT);

        // The player connects again.
        assertThat(playbacks.admit(token, stream, VIEWER)).isPresent();
        assertThat(playbacks.admit(token, stream, THIEF)).isEmpty();
        pass(LIFETIME);
        assertThat(playbacks.admit(token, stream, VIEWER)).isEmpty();
    }

    @Test
    void aThiefsOpenStreamEndsWithTheTokenAndKeepsNothingAlive() {
        PlaybackTarget stream = new PlaybackTarget("news", PlaybackMode.GPU);
        String token = sign(PlaybackMode.GPU);
        Playback playback = playbacks.admit(token, stream, VIEWER).orElseThrow();

        assertThat(playbacks.open(playback, THIEF)).isEqualTo(LIFETIME.toMillis());
        assertThat(playbacks.open(playback, VIEWER)).isEqualTo(LONGEST.toMillis());
        playbacks.close(playback, VIEWER);
        pass(LIFETIME);

        assertThat(playbacks.admit(token, stream, VIEWER)).isEmpty();
        playbacks.sweep();
        assertThat(playbacks.count()).isZero();
    }

    @Test
    void aClientPushesOutItsOwnPlaybacksOnly() {
        String other = begin();
        assertThat(admitted(other, VIEWER)).isTrue();
        for (int i = 0; i < 3000; i++) {
            assertThat(admitted(begin(), THIEF)).isTrue();
        }

        assertThat(playbacks.count()).isEqualTo(1001);
        pass(LIFETIME.minusSeconds(1));
        assertThat(admitted(other, VIEWER)).isTrue();
    }

    @Test
    void aTokenIsGoodForItsChannelAndModeOnlyAndForEveryPreview() {
        String token = begin();
        for (boolean begun : new boolean[] {false, true}) {
            assertThat(playbacks.admit(token, new PlaybackTarget("sports", PlaybackMode.ADAPTIVE), VIEWER))
                    .isEmpty();
            assertThat(playbacks.admit(token, new PlaybackTarget("news", PlaybackMode.GPU), VIEWER))
                    .isEmpty();
            assertThat(playbacks.admit(token, new PlaybackTarget("sports", null), VIEWER))
                    .isEmpty();
            assertThat(playbacks.count()).isEqualTo(begun ? 1 : 0);
            assertThat(playbacks.admit(token, new PlaybackTarget("news", null), VIEWER))
                    .isPresent();
        }
    }

    @Test
    void anIdentityOfAPlaybackIsAViewerAndNoMore() {
        Playback playback = playbacks.admit(begin(), SEGMENTS, VIEWER).orElseThrow();

        assertThat(playback.identity().getRoles()).containsExactly("viewer");
        assertThat(playback.identity().getPrincipal().getName())
                .isEqualTo("playback:" + playback.token().playback());
    }

    private String begin() {
        return sign(PlaybackMode.ADAPTIVE);
    }

    private String sign(PlaybackMode mode) {
        return PlaybackToken.sign(settings.keys().getFirst(), "news", mode, now.plus(LIFETIME), RANDOM)
                .text();
    }

    private boolean admitted(String token, String client) {
        return playbacks.admit(token, SEGMENTS, client).isPresent();
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }
}
