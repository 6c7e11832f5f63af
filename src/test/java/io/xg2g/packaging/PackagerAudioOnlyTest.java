package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ingest.SourceWindow;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A source whose video is away while its audio goes on. The due time of the last window with video is 0 s. */
class PackagerAudioOnlyTest {
    private final PackagingSetup setup = new PackagingSetup();
    private final Packager packager = setup.packager;

    /** The video stops, and later a run of the segmenter begins that has only the audio. */
    @Test
    void theLastPictureIsShownWhileOnlyAudioIsReceived() {
        playing();
        setup.seconds(4);
        setup.complete();
        audioOnly(2);
        assertThat(setup.published()).containsExactly("--- ss- ssh ss- ss-");
        assertThat(packager.noSignalSince()).isPresent();

        videoReturns();

        assertThat(setup.published()).containsExactly("--- ss- ssh ss- ss- ---");
        assertThat(packager.noSignalSince()).isEmpty();
        setup.assertContiguous();
    }

    /** The first window of a run takes longer than slates are behind the clock. */
    @Test
    void theTimelineGoesOnUntilTheAudioIsReceivedAgain() {
        playing();
        setup.seconds(4);
        setup.complete();
        setup.window(1);
        setup.complete();
        packager.end();
        setup.begin(true);
        setup.time.advance(Duration.ofSeconds(5));
        setup.audio(0);
        setup.audioWindow(0);
        setup.complete();

        assertThat(setup.published()).hasSize(1);
        assertThat(setup.published().getFirst()).endsWith("ss-");
        setup.assertContiguous();
    }

    @Test
    void onlyAudioIsPublishedAfterTheLimit() {
        playing();
        setup.seconds(4);
        setup.complete();
        assertThat(setup.capacity.describe("other")).contains("news");
        audioOnly(4);

        assertThat(setup.published()).containsExactly("--- ss- ssh ss- ss- ss-", "-");
        assertThat(setup.capacity.describe("other")).endsWith("used by: ");
    }

    /** A program begins without the video that it had: no slate has been encoded. */
    @Test
    void aSlateIsEncodedForAudioAlone() {
        playing();
        audioOnly(1);
        setup.complete();
        audioOnly(1);

        assertThat(setup.published()).containsExactly("--- ss- ss-");
        setup.assertContiguous();
    }

    @Test
    void audioAloneIsPublishedAtOnceIfItIsNotThatOfTheVideo() {
        setup.begin(false);
        packager.activate();
        setup.window(0);
        setup.complete();
        audioOnly(2);

        assertThat(setup.published()).containsExactly("--", "- -");
    }

    /** The muxer withholds audio for a second while there is no video. */
    @Test
    void aSlateWaitsForAudioThatGoesOn() {
        playing();
        setup.audio(1);
        setup.seconds(4);
        setup.complete();
        assertThat(setup.published()).containsExactly("--- ss-");
        setup.audio(2);
        assertThat(setup.published()).containsExactly("--- ss- ss-");
    }

    /** A connection that stalls, and then goes on where it was. */
    @Test
    void audioThatComesLaterThanItsSlatesIsPublished() {
        playing();
        setup.seconds(4);
        setup.complete();
        setup.window(1);
        setup.audio(1);
        setup.complete();

        assertThat(setup.published()).containsExactly("--- ss- ssh ---");
    }

    /** The run ends with what the source had sent before its video stopped, of which the audio has been heard. */
    @Test
    void audioIsPublishedOnce() {
        playing();
        setup.audio(1);
        setup.audio(2);
        setup.seconds(6);
        setup.complete();
        setup.window(1);
        packager.end();
        setup.complete();
        setup.seconds(6);

        assertThat(setup.published()).containsExactly("--- ss- ss- ss- --h hhh hhh");
    }

    /** The video returns before the window of audio is complete. */
    @Test
    void theAudioUntilTheVideoReturnsIsPublished() {
        playing();
        audioOnly(1);
        setup.complete();
        setup.time.advance(Duration.ofSeconds(1));
        setup.audio(1);
        setup.packager.window(new SourceWindow(PackagingSetup.WINDOW, 48_000, null, setup.time.nanoTime()));
        videoReturns();

        assertThat(setup.published()).containsExactly("--- ss- ss- ---");
        setup.assertContiguous();
    }

    /** Receives windows of a run without video. */
    private void audioOnly(int windows) {
        packager.end();
        setup.begin(true);
        for (int i = 0; i < windows; i++) {
            setup.time.advance(Duration.ofSeconds(2));
            setup.audio(i);
            setup.audioWindow(i);
        }
    }

    /** Receives the first window of a run with video. */
    private void videoReturns() {
        packager.end();
        setup.begin(true);
        setup.time.advance(Duration.ofSeconds(2));
        setup.window(0);
        setup.audio(0);
        setup.complete();
    }

    /** A packager with one published window. */
    private void playing() {
        setup.begin(true);
        packager.activate();
        setup.window(0);
        setup.audio(0);
        setup.complete();
    }
}
