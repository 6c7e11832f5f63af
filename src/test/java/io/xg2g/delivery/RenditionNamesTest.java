package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.xg2g.channel.PlaybackPass;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ffmpeg.ProfilesConfig;
import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.SegmentTimeline;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of renditions that players of before a restart request. */
class RenditionNamesTest {
    private static final long START = 1_795_000_000L * 90_000;
    private static final Timeline NOW = new Timeline(
            List.of(new Epoch(
                            7,
                            START,
                            List.of(video("720p", 720), video("480p", 480), track("audio", Track.Kind.AUDIO, 0)))
                    .append(1, List.of(segment(), segment(), segment()))),
            2,
            false);

    private final Profiles profiles = new Profiles(new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(ProfilesConfig.class)
            .build()
            .getConfigMapping(ProfilesConfig.class));
    private final SegmentTimeline fresh = new SegmentTimeline(1, () -> 0, Duration.ofMinutes(1), 1, _ -> {});

    @ParameterizedTest
    @CsvSource({
        "source, ../720p/",
        "1080p, ../720p/",
        "720p, ''",
        "480p, ''",
        "audio, ''",
        "audio-deu-ac3, ../audio/",
        "audio-eng-ad-2, ../audio/"
    })
    void aNameStandsForTheRenditionOfTheNearestHeight(String name, String directory) {
        Track track = RenditionNames.find(fresh, profiles, name).orElseThrow();

        assertThat(HlsPlaylists.media(NOW, track, PlaybackPass.NONE))
                .contains("\n" + directory + START + ".m4s\n")
                .doesNotContain("GAP");
    }

    @Test
    void aNameThatNoChannelHasIsUnknown() {
        assertThat(RenditionNames.find(fresh, profiles, "999p")).isEmpty();
        assertThat(RenditionNames.find(fresh, profiles, "preview")).isEmpty();
        assertThat(RenditionNames.find(fresh, profiles, "audio-")).isEmpty();
        assertThat(RenditionNames.find(fresh, profiles, "audio-english")).isEmpty();
        assertThat(RenditionNames.find(fresh, profiles, "audio-deu-ad-ac3-100")).isEmpty();
    }

    private static Track video(String name, int height) {
        return track(name, Track.Kind.VIDEO, height);
    }

    private static Track track(String name, Track.Kind kind, int height) {
        return new Track(name, kind, "avc1.64001f", 90_000, height * 16 / 9, height, 25, 3_000_000);
    }

    private static Segment segment() {
        return new Segment(START, 180_000, 500_000, false);
    }
}
