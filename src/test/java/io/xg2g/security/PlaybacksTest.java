package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.channel.PlaybackMode;
import io.xg2g.cluster.Signatures;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may open a URL, who may continue, and for how long: with manual time. */
class PlaybacksTest {
    private static final Duration WINDOW = Duration.ofHours(24);
    private static final Duration MOMENT = Duration.ofSeconds(2);

    private static final PlaybackTarget MASTER = new PlaybackTarget("news", PlaybackMode.ADAPTIVE, true);
    private static final PlaybackTarget SEGMENT = new PlaybackTarget("news", PlaybackMode.ADAPTIVE, false);
    private static final PlaybackTarget PREVIEW = new PlaybackTarget("news", null, true);
    private static final String VIEWER = "192.0.2.1";
    private static final String OTHER = "198.51.100.7";
    private static final CredentialId LIST = new CredentialId(7);

    private final PlaybackSettings settings = PlaybackSettings.of(
            new Configured(Duration.ofMinutes(5), Duration.ofHours(12), Duration.ofHours(48), Optional.empty()),
            WINDOW,
            () -> PlaybackKey.of(PlaybackKey.random(new SecureRandom())));
    private final Set<CredentialId> revoked = new HashSet<>();
    private Instant now = Instant.parse("2026-05-01T12:00:00.789Z");
    private final Playbacks playbacks = replica();

    record Configured(Duration lifetime, Duration longest, Duration listLifetime, Optional<List<String>> keys)
            implements PlaybackConfig {}

    @Test
    void aNewUrlIsValidForEveryClientAndAnOlderOneForItsOwn() {
        PlaybackToken entry = playbacks.entry("news", PlaybackMode.ADAPTIVE, VIEWER, CredentialId.NONE);
        assertThat(entry.claims().openUntil()).isEqualTo(Instant.parse("2026-05-01T12:05:00Z"));

        assertThat(admitted(entry, MASTER, OTHER)).isTrue();
        pass(Duration.ofMinutes(5));
        assertThat(admitted(entry, MASTER, OTHER)).isFalse();
        assertThat(admitted(entry, MASTER, VIEWER)).isTrue();
        pass(Duration.ofHours(12));
        assertThat(admitted(entry, MASTER, VIEWER)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(PlaybackMode.class)
    void listEntriesStayValidForTheClientThatFetchedTheList(PlaybackMode mode) {
        PlaybackToken entry = playbacks.listed("news", mode, VIEWER, CredentialId.NONE);
        PlaybackTarget target = new PlaybackTarget("news", mode, true);
        for (Duration later : List.of(Duration.ofMinutes(10), Duration.ofHours(25))) {
            pass(later);
            assertThat(admitted(entry, target, VIEWER)).isTrue();
            assertThat(admitted(entry, target, OTHER)).isFalse();
        }
        pass(Duration.ofHours(48));
        assertThat(admitted(entry, target, VIEWER)).isFalse();
    }

    @Test
    void aPlaybackBelongsToTheClientThatOpenedIt() {
        PlaybackToken entry = playbacks.entry("news", PlaybackMode.ADAPTIVE, VIEWER, CredentialId.NONE);

        PlaybackToken begun = playbacks.begin(entry, OTHER);

        assertThat(begun.claims().playback()).isEqualTo(entry.claims().playback());
        assertThat(admitted(begun, SEGMENT, OTHER)).isTrue();
        assertThat(admitted(begun, SEGMENT, VIEWER))
                .as("no other client's, from the beginning")
                .isFalse();
    }

    @Test
    void aPlaybackSurvivesAPauseOfTheLiveWindowAtAnyTime() {
        PlaybackToken early = playbacks.begin("news", VIEWER, CredentialId.NONE);
        pass(WINDOW);
        assertThat(admitted(early, SEGMENT, VIEWER)).isTrue();

        PlaybackToken late = playbacks.begin("news", VIEWER, CredentialId.NONE);
        pass(settings.longest().minus(MOMENT));
        assertThat(admitted(late, SEGMENT, VIEWER)).isTrue();
        pass(WINDOW);
        assertThat(admitted(late, SEGMENT, VIEWER)).isTrue();

        pass(MOMENT);
        assertThat(admitted(late, SEGMENT, VIEWER)).as("it ends").isFalse();
    }

    @Test
    void processesWithTheSameKeyAcceptEachOthersTokens() {
        PlaybackToken entry = playbacks.entry("news", PlaybackMode.ADAPTIVE, VIEWER, CredentialId.NONE);
        PlaybackToken begun = playbacks.begin(entry, VIEWER);
        pass(Duration.ofMinutes(10));

        Playbacks restarted = replica();

        assertThat(restarted.admit(entry.text(), MASTER, VIEWER)).contains(entry);
        assertThat(restarted.admit(begun.text(), SEGMENT, VIEWER)).contains(begun);
    }

    @Test
    void gatewaysWithTheSameSecretOfTheClusterNeedNoConfiguredKey() {
        Playbacks one = ofCluster("one", "a secret of thirty-two characters");
        Playbacks other = ofCluster("other", "a secret of thirty-two characters");
        Playbacks foreign = ofCluster("one", "another secret of thirty-two characters");

        PlaybackToken begun = one.begin("news", VIEWER, CredentialId.NONE);

        assertThat(other.admit(begun.text(), SEGMENT, VIEWER)).isPresent();
        assertThat(other.admit(begun.text(), SEGMENT, OTHER)).isEmpty();
        assertThat(foreign.admit(begun.text(), SEGMENT, VIEWER)).isEmpty();
    }

    private Playbacks ofCluster(String member, String secret) {
        Signatures signatures = new Signatures(member, secret, () -> now);
        PlaybackConfig config =
                new Configured(Duration.ofMinutes(5), Duration.ofHours(12), Duration.ofHours(48), Optional.empty());
        return new Playbacks(
                PlaybackSettings.of(config, WINDOW, () -> PlaybackKey.ofCluster(signatures)), () -> now, _ -> true);
    }

    @Test
    void anOpeningTokenIsNotValidForSegments() {
        PlaybackToken entry = playbacks.entry("news", PlaybackMode.ADAPTIVE, VIEWER, CredentialId.NONE);

        assertThat(admitted(entry, SEGMENT, VIEWER)).isFalse();
        assertThat(admitted(playbacks.begin(entry, VIEWER), MASTER, VIEWER))
                .as("a manifest's Location")
                .isTrue();
    }

    /** Otherwise a playback could be extended without end. */
    @Test
    void reopeningDoesNotExtendTheUrl() {
        PlaybackToken entry = playbacks.entry("news", PlaybackMode.ADAPTIVE, VIEWER, CredentialId.NONE);
        pass(settings.longest().minus(MOMENT));
        PlaybackToken begun = playbacks.begin(entry, VIEWER);
        pass(MOMENT);

        assertThat(admitted(entry, MASTER, VIEWER)).isFalse();
        assertThat(begun.isEntry()).isFalse();
    }

    @Test
    void aRevokedCredentialEndsItsUrlsAndPlaybacks() {
        PlaybackToken entry = playbacks.listed("news", PlaybackMode.ADAPTIVE, VIEWER, LIST);
        PlaybackToken begun = playbacks.begin(entry, VIEWER);
        PlaybackToken others = playbacks.begin("news", VIEWER, new CredentialId(8));
        assertThat(admitted(begun, SEGMENT, VIEWER)).isTrue();

        revoked.add(LIST);

        assertThat(admitted(entry, MASTER, VIEWER)).isFalse();
        assertThat(admitted(begun, SEGMENT, VIEWER)).isFalse();
        assertThat(admitted(others, SEGMENT, VIEWER)).isTrue();
    }

    @Test
    void aTokenIsValidForItsChannelAndModeAndThePreview() {
        PlaybackToken entry = playbacks.entry("news", PlaybackMode.ADAPTIVE, VIEWER, CredentialId.NONE);
        for (PlaybackToken token : List.of(entry, playbacks.begin(entry, VIEWER))) {
            assertThat(admitted(token, new PlaybackTarget("sports", PlaybackMode.ADAPTIVE, true), VIEWER))
                    .isFalse();
            assertThat(admitted(token, new PlaybackTarget("news", PlaybackMode.GPU, true), VIEWER))
                    .isFalse();
            assertThat(admitted(token, new PlaybackTarget("sports", null, true), VIEWER))
                    .isFalse();
            assertThat(admitted(token, PREVIEW, VIEWER)).isTrue();
        }
    }

    @Test
    void anOpenStreamEndsWithItsCredentialOrItsExpiry() {
        OpenStreams streams = new OpenStreams(() -> now);
        Set<String> cut = new HashSet<>();
        streams.add(() -> !revoked.contains(LIST), Instant.MAX, ending(cut, "revoked"));
        streams.add(() -> true, playbacks.playbackEnd(), ending(cut, "over"));
        OpenStreams.Open polite = streams.add(() -> !revoked.contains(LIST), Instant.MAX, ending(cut, "polite"));
        streams.remove(streams.add(() -> false, now, ending(cut, "gone by itself")));

        streams.sweep();
        assertThat(cut).isEmpty();
        revoked.add(LIST);
        streams.sweep();
        assertThat(cut).containsExactlyInAnyOrder("finish revoked", "finish polite");
        streams.remove(polite);
        streams.sweep();
        assertThat(cut).as("it has time to end").hasSize(2);
        pass(OpenStreams.GRACE);
        streams.sweep();
        assertThat(cut).contains("reset revoked").doesNotContain("reset polite");
        pass(settings.playing());
        streams.sweep();
        assertThat(cut).contains("finish over").doesNotContain("finish gone by itself");
    }

    private static OpenStreams.Ending ending(Set<String> done, String name) {
        return new OpenStreams.Ending() {
            @Override
            public void finish() {
                done.add("finish " + name);
            }

            @Override
            public void reset() {
                done.add("reset " + name);
            }
        };
    }

    @Test
    void settingTheWallClockNeitherEndsNorExtendsPlaybacks() {
        long[] nanos = {Long.MAX_VALUE - 5};
        PlaybackTime time = new PlaybackTime(() -> now, () -> nanos[0], false);
        Playbacks steady = new Playbacks(settings, time, credential -> true);
        PlaybackToken entry = steady.entry("news", PlaybackMode.ADAPTIVE, VIEWER, CredentialId.NONE);
        PlaybackToken begun = steady.begin(entry, VIEWER);

        for (Duration jump : List.of(Duration.ofDays(3), Duration.ofDays(-6))) {
            pass(jump);
            assertThat(steady.admit(entry.text(), MASTER, OTHER)).isPresent();
            assertThat(steady.admit(begun.text(), SEGMENT, VIEWER)).isPresent();
        }
        nanos[0] += Duration.ofMinutes(5).toNanos();
        assertThat(steady.admit(entry.text(), MASTER, OTHER)).isEmpty();
        nanos[0] += settings.playing().toNanos();
        assertThat(steady.admit(begun.text(), SEGMENT, VIEWER)).isEmpty();
    }

    /** The clock of a gateway may have been wrong when it started. */
    @Test
    void gatewaysHaveTheWallClock() {
        PlaybackTime time = new PlaybackTime(() -> now, () -> 0, true);
        pass(Duration.ofDays(3));

        assertThat(time.instant()).isEqualTo(now);
    }

    /** Another process with the same configuration. */
    private Playbacks replica() {
        return new Playbacks(settings, () -> now, credential -> !revoked.contains(credential));
    }

    private boolean admitted(PlaybackToken token, PlaybackTarget target, String client) {
        return playbacks.admit(token.text(), target, client).isPresent();
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }
}
