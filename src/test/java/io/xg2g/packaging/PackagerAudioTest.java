package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.AudioCodec;
import io.xg2g.media.AudioRole;
import io.xg2g.media.AudioTrackInfo;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Audio tracks of a channel. */
class PackagerAudioTest {
    private final PackagingSetup setup = new PackagingSetup();
    private final Packager packager = setup.packager;

    private static final AudioTrackInfo ENGLISH = new AudioTrackInfo("eng", AudioRole.MAIN, AudioCodec.AAC, 0);

    private void beginWithTwoTracks() {
        packager.begin(List.of(AudioTrackInfo.UNKNOWN, ENGLISH));
        packager.activate();
        setup.window(0);
        setup.complete();
    }

    @Test
    void eachAudioTrackIsARendition() {
        beginWithTwoTracks();
        setup.audio(0, 0);
        assertThat(setup.published()).as("the second track is awaited").isEmpty();

        setup.audio(1, 0);

        assertThat(setup.published()).containsExactly("----");
        assertThat(setup.timeline.now().newest().tracks())
                .extracting(Track::name)
                .containsExactly("720p", "480p", "audio", "audio-eng");
        assertThat(setup.timeline.audio(1).orElseThrow())
                .hasEntrySatisfying("audio-eng", frames -> assertThat(frames).hasSizeGreaterThan(90))
                .doesNotContainKey("audio-fra");
    }

    @Test
    void aTrackThatHasStoppedIsAwaitedForOneWindowOnly() {
        beginWithTwoTracks();
        setup.audio(0, 0);
        setup.audio(1, 0);
        setup.window(1);
        setup.complete();
        setup.audio(0, 1);
        assertThat(windows()).isEqualTo(1);
        setup.time.advance(Duration.ofMillis(1_501));
        packager.tick();
        assertThat(windows()).isEqualTo(2);

        for (int i = 2; i < 4; i++) {
            setup.window(i);
            setup.complete();
            setup.audio(0, i);
        }

        assertThat(windows()).isEqualTo(4);
        assertThat(setup.timeline.now().epochs()).as("the picture goes on").hasSize(1);
    }

    /** Each window would be published late, and the ladder would sink for that. */
    @Test
    void theDefaultTrackIsNotAwaitedEitherWhenItHasStopped() {
        packager.begin(List.of(AudioTrackInfo.UNKNOWN));
        packager.activate();
        setup.window(0);
        setup.complete();
        setup.audio(0, 0);
        for (int i = 1; i < 3; i++) {
            setup.window(i);
            setup.complete();
            setup.time.advance(Duration.ofMillis(1_501));
            packager.tick();
        }
        assertThat(windows()).isEqualTo(3);

        setup.window(3);
        setup.complete();

        assertThat(windows()).isEqualTo(4);
    }

    @Test
    void aTrackThatBeginsLaterBeginsAnEpoch() {
        beginWithTwoTracks();
        setup.audio(0, 0);
        setup.time.advance(Duration.ofMillis(1_501));
        packager.tick();
        setup.window(1);
        setup.audio(0, 1);
        setup.audio(1, 1);
        setup.complete();

        assertThat(setup.published()).containsExactly("---", "----");
    }

    /** The epoch begins with the passthrough, before the other renditions are encoded. */
    @Test
    void aWindowThatIsLostWhenATrackBeginsHoldsThePictureOfTheEpochBefore() {
        packager.begin(List.of(AudioTrackInfo.UNKNOWN, ENGLISH));
        packager.activate();
        setup.passthroughWindow(0);
        setup.audio(0, 0);
        setup.time.advance(Duration.ofMillis(1_501));
        packager.tick();
        setup.complete();
        setup.passthroughWindow(1);
        setup.audio(0, 1);
        setup.audio(1, 1);
        setup.fail();

        assertThat(setup.published()).containsExactly("---", "-h--");
    }

    /** As those of another device. */
    @Test
    void aRenditionGoesOnWithOtherParameterSetsBesideThePassthrough() {
        packager.begin(List.of(AudioTrackInfo.UNKNOWN));
        packager.activate();
        for (int i = 0; i < 8; i++) {
            setup.encoderInit = i < 2 ? 1 : 2;
            setup.passthroughWindow(i);
            setup.audio(0, i);
            setup.complete();
        }

        assertThat(setup.published()).containsExactly("--- --- -h-", "--- --- --- --- ---");
    }

    /** Broadcasts change between stereo and surround sound. */
    @Test
    void surroundSoundIsPublishedFromItsBeginningOn() {
        packager.begin(List.of(AudioTrackInfo.UNKNOWN, new AudioTrackInfo("", AudioRole.MAIN, AudioCodec.AC3, 0)));
        packager.activate();
        for (int i = 0; i < 5; i++) {
            setup.window(i);
            setup.audio(0, i);
            setup.ac3(1, i, i == 1 || i == 2);
            setup.complete();
        }

        assertThat(setup.published()).containsExactly("--- ---", "---- ---- ----");
    }

    @Test
    void everyTrackOfAnAbsentSourceIsSilentInItsOwnCodec() {
        packager.begin(
                List.of(AudioTrackInfo.UNKNOWN, ENGLISH, new AudioTrackInfo("", AudioRole.MAIN, AudioCodec.AC3, 0)));
        packager.activate();
        setup.window(0);
        setup.audio(0, 0);
        setup.audio(1, 0);
        setup.ac3(2, 0, true);
        setup.complete();
        for (int i = 0; i < 4; i++) {
            setup.time.advance(Duration.ofSeconds(1));
            packager.tick();
        }
        setup.complete();

        // The first slate has one frame of each track of the source.
        assertThat(setup.published()).containsExactly("----- ss--- sshhh");
        List<Window> windows = setup.timeline.now().newest().windows();
        for (int track = 2; track < 5; track++) {
            for (int i = 1; i < windows.size(); i++) {
                assertThat(windows.get(i).segments().get(track).time())
                        .isEqualTo(windows.get(i - 1).segments().get(track).end());
            }
        }
    }

    @Test
    void aNewRunWithOneMoreTrackBeginsAnEpochThatContinuesInTime() {
        setup.begin(true);
        packager.activate();
        setup.window(0);
        setup.audio(0);
        setup.complete();
        setup.time.advance(Duration.ofSeconds(2));
        packager.begin(List.of(AudioTrackInfo.UNKNOWN, ENGLISH));
        setup.window(100);
        setup.audio(0, 100);
        setup.audio(1, 100);
        setup.complete();

        assertThat(setup.published()).containsExactly("---", "----");
        Epoch before = setup.timeline.now().epochs().getFirst();
        Epoch after = setup.timeline.now().epochs().getLast();
        assertThat(after.id()).isEqualTo(before.id());
        for (int track : new int[] {0, 2}) {
            assertThat(after.windows().getFirst().segments().get(track).time())
                    .isEqualTo(before.windows().getLast().segments().get(track).end());
        }
    }

    private long windows() {
        return setup.timeline.now().epochs().stream()
                .mapToLong(epoch -> epoch.windows().size())
                .sum();
    }
}
