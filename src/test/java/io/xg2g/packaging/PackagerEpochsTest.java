package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.AacFrame;
import io.xg2g.media.TsBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Epochs: what begins one, and what ends the passthrough rendition. */
class PackagerEpochsTest {
    private final PackagingSetup setup = new PackagingSetup();
    private final Packager packager = setup.packager;

    @Test
    void aSourceWithoutVideoIsPublishedWithoutAnEncoder() {
        setup.begin(true);
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
        setup.begin(false);
        setup.window(0);
        setup.complete();

        assertThat(setup.published()).containsExactly(published.split(";"));
    }

    @Test
    void aNewRunOfAnotherFormatBeginsAnEpoch() {
        playing();
        packager.end();
        setup.time.advance(Duration.ofSeconds(2));
        setup.begin(false);
        setup.otherWindow(0);
        setup.complete();

        assertThat(setup.published()).containsExactly("--", "--");
        assertThat(setup.timeline.now().epochs()).extracting(Epoch::id).containsExactly(0L, 0L);
    }

    @Test
    void aContinuedEpochKeepsTheOffsetBetweenAudioAndVideo() {
        setup.begin(true);
        packager.activate();
        setup.window(0);
        setup.audio(0);
        setup.complete();
        packager.end();
        setup.time.advance(Duration.ofSeconds(2));
        setup.begin(true);
        // Given a frame of audio that begins 700 ticks after the window
        setup.window(5);
        for (int i = 0; i < 100; i++) {
            packager.audio(0, new AacFrame(5 * PackagingSetup.WINDOW + 700 + i * 1_920L, TsBuilder.adts(100)));
        }
        setup.complete();

        assertThat(setup.published()).containsExactly("--- ---");
        Window second = setup.timeline.now().newest().windows().getLast();
        assertThat(setup.timeline.audio(second.number()).orElseThrow().get("audio"))
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
    void anEpochThatContinuesInTimeIsNoDiscontinuityAndRepeatsNoAudio() {
        setup.begin(true);
        packager.activate();
        setup.window(0);
        setup.audio(0);
        setup.complete();
        setup.otherWindow(1);
        setup.audio(1);
        setup.complete();

        Timeline timeline = setup.timeline.now();
        assertThat(setup.published()).containsExactly("---", "---");
        assertThat(timeline.epochs()).extracting(Epoch::id).containsExactly(0L, 0L);
        assertThat(audio(timeline.epochs().getLast()).time())
                .isEqualTo(audio(timeline.epochs().getFirst()).end());
    }

    private static Segment audio(Epoch epoch) {
        return epoch.windows().getFirst().segments().getLast();
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
    void anotherStepOfTheLadderBeginsAnEpochThatContinuesInTime() {
        setup.speed = 10;
        playing();
        setup.speed = 0.1;
        setup.window(1);
        setup.complete();

        assertThat(setup.published()).containsExactly("--", "-");
        assertThat(setup.timeline.now().newest().tracks())
                .extracting(Track::name)
                .containsExactly("480p");
        List<Segment> segments = setup.timeline.now().epochs().stream()
                .map(epoch -> epoch.windows().getFirst().segments().getFirst())
                .toList();
        assertThat(segments.getLast().time())
                .isEqualTo(segments.getFirst().time() + segments.getFirst().duration());
        assertThat(packager.ladder().step()).isEqualTo(2);
        assertThat(packager.ladder().dropped()).isEqualTo(1);
    }

    @Test
    void aRenditionThatAStepLeavesOutIsNotHeld() {
        setup.speed = 10;
        playing();
        setup.speed = 0.1;
        setup.window(1);
        setup.complete();
        setup.window(2);
        setup.fail();

        assertThat(setup.published()).containsExactly("--", "- h");
    }

    @Test
    void aLostFirstWindowOfAStepHoldsThePicturesOfTheEpochBefore() {
        setup.speed = 10;
        playing();
        setup.speed = 0.1;
        setup.window(1);
        setup.fail();
        setup.window(2);
        setup.complete();

        assertThat(setup.published()).containsExactly("-- hh", "-");
        assertThat(setup.timeline.now().epochs()).extracting(Epoch::id).containsExactly(0L, 0L);
    }

    @Test
    void aLostWindowBeforeAStepOfTheLadderHoldsThePicturesOfItsEpoch() {
        setup.speed = 10;
        begin();
        setup.passthroughWindow(0);
        setup.complete();
        setup.passthroughWindow(1);
        setup.speed = 0.1;
        // Published early, before the window in front of it has its renditions.
        setup.passthroughWindow(2);
        assertThat(setup.timeline.early().epochs()).hasSize(2);
        setup.fail();

        assertThat(setup.published().getFirst()).doesNotContain("g").contains("h");
    }

    @Test
    void aRunThatContinuesInTimeHasTheStepOfTheLadderThatIsPossible() {
        setup.speed = 10;
        playing();
        packager.end();
        setup.speed = 0.1;
        setup.time.advance(Duration.ofSeconds(2));
        setup.begin(false);
        setup.window(7);
        setup.complete();

        assertThat(setup.published()).containsExactly("--", "-");
        assertThat(setup.timeline.now().epochs()).extracting(Epoch::id).containsExactly(0L, 0L);
    }

    @Test
    void theAudioContinuesOverAStepOfTheLadder() {
        setup.speed = 10;
        setup.begin(true);
        packager.activate();
        for (long pts = 0; pts < 2 * PackagingSetup.WINDOW + 1_920; pts += 1_920) {
            packager.audio(0, new AacFrame(pts, TsBuilder.adts(100)));
        }
        setup.window(0);
        setup.complete();
        setup.speed = 0.1;
        setup.window(1);
        setup.complete();

        assertThat(setup.published()).containsExactly("---", "--");
        List<Segment> audio = setup.timeline.now().epochs().stream()
                .map(epoch -> epoch.windows().getFirst().segments().getLast())
                .toList();
        assertThat(audio.getLast().time())
                .isEqualTo(audio.getFirst().time() + audio.getFirst().duration());
    }

    /** As when windows beside the passthrough alternate with windows without it. */
    @Test
    void theLadderStaysReducedAfterOtherSteps() {
        playing();
        setup.window(1);
        setup.time.advance(Duration.ofSeconds(6));
        setup.window(2);
        setup.complete();
        setup.complete();
        assertThat(packager.ladder().step()).isEqualTo(1);

        setup.otherWindow(3);
        setup.complete();
        assertThat(packager.ladder().step()).as("another format").isZero();
        setup.window(4);
        setup.complete();

        assertThat(packager.ladder().step()).isEqualTo(1);
        assertThat(packager.ladder().reduced()).isTrue();
    }

    @Test
    void lateWindowsReduceTheLadderAndAMinuteOfHeadroomRestoresIt() {
        playing();
        setup.window(1);
        setup.time.advance(Duration.ofSeconds(6));
        setup.window(2);

        assertThat(packager.ladder().reduced()).isTrue();
        assertThat(packager.ladder().reason()).contains("windows were late with 720p25, 480p25: 720p25");

        setup.complete();
        setup.complete();
        for (int i = 3; i < 35; i++) {
            setup.time.advance(Duration.ofSeconds(2));
            setup.window(i);
            setup.complete();
        }

        assertThat(packager.ladder().step()).isZero();
        assertThat(setup.timeline.now().epochs()).hasSize(3);
        assertThat(setup.timeline.now().newest().tracks()).hasSize(2);
        assertThat(setup.counted("xg2g.live.gaps")).isZero();
    }

    @Test
    void thePassthroughReturnsAfterFiveWindowsThatHaveIt() {
        begin();
        setup.passthroughWindow(0);
        setup.complete();
        setup.window(1);
        setup.complete();
        for (int i = 2; i < 8; i++) {
            setup.passthroughWindow(i);
            setup.complete();
        }

        assertThat(setup.published()).containsExactly("--", "-- -- -- -- --", "-- --");
        assertThat(setup.timeline.now().newest().tracks())
                .extracting(Track::name)
                .containsExactly("source", "480p");
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

    /** A packager with one published window. */
    private void playing() {
        begin();
        setup.window(0);
        setup.complete();
    }

    private void begin() {
        setup.begin(false);
        packager.activate();
    }
}
