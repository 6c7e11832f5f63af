package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.AacFrame;
import io.xg2g.media.TsBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Epochs: what begins one, and what ends the passthrough rendition. */
class PackagerEpochsTest {
    private final PackagingSetup setup = new PackagingSetup();
    private final Packager packager = setup.packager;

    @Test
    void aSourceWithoutVideoIsPublishedWithoutAnEncoder() {
        packager.begin(true);
        packager.activate();
        setup.audioWindow(0);
        setup.audio(0);

        assertThat(setup.requests).isEmpty();
        assertThat(setup.published()).containsExactly("-");
    }

    @ParameterizedTest
    @CsvSource({"2, '-- --'", "4, '-- --'", "5, '--;--'"})
    void aNewRunContinuesTheEpochIfItsTimesDo(int seconds, String published) {
        playing();
        packager.end();
        setup.time.advance(Duration.ofSeconds(seconds));
        packager.begin(false);
        setup.window(0);
        setup.complete();

        assertThat(setup.published()).containsExactly(published.split(";"));
    }

    @Test
    void aNewRunOfAnotherFormatBeginsAnEpoch() {
        playing();
        packager.end();
        setup.time.advance(Duration.ofSeconds(2));
        packager.begin(false);
        setup.otherWindow(0);
        setup.complete();

        assertThat(setup.published()).containsExactly("--", "--");
    }

    @Test
    void aContinuedEpochKeepsTheOffsetBetweenAudioAndVideo() {
        packager.begin(true);
        packager.activate();
        setup.window(0);
        setup.audio(0);
        setup.complete();
        packager.end();
        setup.time.advance(Duration.ofSeconds(2));
        packager.begin(true);
        // Given a frame of audio that begins 700 ticks after the window
        setup.window(5);
        for (int i = 0; i < 100; i++) {
            packager.audio(new AacFrame(5 * PackagingSetup.WINDOW + 700 + i * 1_920L, TsBuilder.adts(100)));
        }
        setup.complete();

        assertThat(setup.published()).containsExactly("--- ---");
        Window second = setup.timeline.now().newest().windows().getLast();
        assertThat(setup.timeline.audio(second.number()))
                .extracting(AacFrame::pts)
                .contains(second.segments().getFirst().time() + 700 + 1_920);
    }

    @Test
    void anotherFormatBeginsAnEpochThatContinuesInTime() {
        begin();
        for (int i = 0; i < 2; i++) {
            setup.window(i);
            setup.complete();
        }
        for (int i = 2; i < 4; i++) {
            setup.otherWindow(i);
            setup.complete();
        }

        assertThat(setup.published()).containsExactly("-- --", "-- --");
        Segment last = setup.timeline
                .now()
                .epochs()
                .get(0)
                .windows()
                .getLast()
                .segments()
                .getFirst();
        assertThat(setup.timeline
                        .now()
                        .epochs()
                        .get(1)
                        .windows()
                        .getFirst()
                        .segments()
                        .getFirst()
                        .time())
                .isEqualTo(last.time() + last.duration());
    }

    @Test
    void aWindowWithoutPassthroughEndsThePassthroughRendition() {
        begin();
        setup.passthroughWindow(0);
        setup.complete();
        setup.window(1);
        setup.complete();
        setup.passthroughWindow(2);
        setup.complete();

        assertThat(setup.published()).containsExactly("--", "-- --");
        assertThat(setup.timeline.now().newest().tracks())
                .extracting(Track::name)
                .containsExactly("720p", "480p");
    }

    @Test
    void deactivationDiscardsAllUnpublishedWindows() {
        playing();
        setup.window(1);
        setup.window(2);
        packager.deactivate();
        assertThat(setup.cancelled).hasSize(2);
        setup.complete();
        setup.answerCancelled();

        assertThat(setup.published()).containsExactly("--");
        assertThat(setup.files).containsExactlyInAnyOrder("720p-0", "480p-0");
        assertThat(packager.behindSeconds()).isZero();
        assertThat(packager.isActive()).isFalse();
    }

    @Test
    void aReactivatedChannelBeginsAnEpoch() {
        playing();
        packager.deactivate();
        packager.activate();
        setup.complete();

        assertThat(setup.published()).containsExactly("--", "--");
    }

    /** A packager with one published window. */
    private void playing() {
        begin();
        setup.window(0);
        setup.complete();
    }

    private void begin() {
        packager.begin(false);
        packager.activate();
    }
}
