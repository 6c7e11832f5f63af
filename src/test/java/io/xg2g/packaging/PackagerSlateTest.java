package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.dispatch.Rejection;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.ffmpeg.Profile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A source that is away: what is published meanwhile, and after its return. The due time of the last window is 0 s. */
class PackagerSlateTest {
    private final PackagingSetup setup = new PackagingSetup();
    private final Packager packager = setup.packager;

    @Test
    void nothingIsPublishedBeforeTheFirstWindow() {
        setup.begin(false);
        packager.activate();
        setup.seconds(20);
        setup.window(0);
        setup.seconds(10);

        assertThat(setup.published()).isEmpty();
        assertThat(packager.noSignalSince()).isEmpty();
    }

    @Test
    void aWindowThatIsAThirdLateIsWaitedFor() {
        playing();
        setup.seconds(3);
        assertThat(setup.published()).containsExactly("--");
        assertThat(packager.noSignalSince()).isEmpty();

        setup.window(1);
        setup.complete();

        assertThat(setup.published()).containsExactly("-- --");
    }

    @Test
    void slatesAreEncodedOnceAndRepeatedInRealTime() {
        playing();
        setup.seconds(4);
        assertThat(setup.requests).hasSize(1);
        TranscodeRequest request = setup.requests.values().iterator().next();
        assertThat(Objects.requireNonNull(request.unit().slate()).text()).startsWith("no signal since ");
        assertThat(request.unit().input()).hasToString("window-0");
        assertThat(((Profile.Ladder) request.unit().profile()).renditions()).hasSize(2);
        assertThat(packager.noSignalSince()).isPresent();

        setup.complete();
        setup.seconds(6);

        assertThat(setup.requests).isEmpty();
        assertThat(setup.published()).containsExactly("-- ss ss ss ss ss");
        assertThat(setup.counted("xg2g.live.slate.seconds")).isEqualTo(10);
        assertThat(setup.counted("xg2g.live.gaps")).isZero();
        assertThat(setup.counted("xg2g.live.filled.segments")).isZero();
    }

    @Test
    void slatesEndAtTheLimitAndTheTimeOfTheSignalRemainsKnown() {
        playing();
        setup.seconds(4);
        setup.complete();
        setup.seconds(60);

        assertThat(setup.published()).containsExactly("-- ss ss ss ss ss");
        assertThat(packager.noSignalSince()).isPresent();

        setup.window(1);
        setup.complete();
        assertThat(packager.noSignalSince()).isEmpty();
    }

    @Test
    void theLastPictureIsHeldWhileThereIsNoSlateAndItIsTriedAgain() {
        playing();
        setup.seconds(4);
        setup.fail();
        assertThat(setup.published()).containsExactly("-- hh hh");

        setup.seconds(2);
        setup.reject(Rejection.FULL);
        setup.seconds(3);
        assertThat(setup.cancelled).hasSize(1);
        assertThat(setup.published()).containsExactly("-- hh hh hh hh");

        setup.answerCancelled();
        setup.seconds(1);
        assertThat(setup.published()).containsExactly("-- hh hh hh hh hh");
    }

    @Test
    void theSlateIsTriedAgainAfterOneWindowTwoAndFour() {
        playing();
        List<Integer> attempts = new ArrayList<>();
        for (int second = 1; second <= 12; second++) {
            setup.seconds(1);
            if (!setup.requests.isEmpty()) {
                attempts.add(second);
                setup.fail();
            }
        }
        assertThat(attempts).containsExactly(4, 6, 10);
        assertThat(setup.published()).containsExactly("-- hh hh hh hh hh");

        setup.window(1);
        setup.complete();
        setup.seconds(4);
        setup.complete();

        assertThat(setup.published()).as("a next outage").containsExactly("-- hh hh hh hh hh -- ss ss");
    }

    @Test
    void theEpochGoesOnWhenTheSourceReturnsInANewRun() {
        playing();
        packager.end();
        setup.seconds(4);
        setup.complete();
        setup.seconds(4);
        setup.begin(false);
        setup.seconds(2);
        setup.window(100);
        setup.complete();

        assertThat(setup.published()).containsExactly("-- ss ss ss ss ss --");
        assertThat(packager.noSignalSince()).isEmpty();
        setup.assertContiguous();
    }

    @Test
    void theEpochGoesOnWhenTheSourceReturnsInTheSameRun() {
        playing();
        setup.seconds(4);
        setup.complete();
        setup.window(1);
        setup.complete();
        setup.window(2);
        setup.complete();

        assertThat(setup.published()).containsExactly("-- ss ss -- --");
        setup.assertContiguous();
    }

    @Test
    void aNextOutageHasItsOwnSlate() {
        playing();
        setup.seconds(4);
        setup.complete();
        setup.window(1);
        setup.complete();
        setup.seconds(4);

        assertThat(setup.requests).hasSize(1);
        assertThat(setup.requests.values().iterator().next().unit().input()).hasToString("window-1");
    }

    @Test
    void anEpochBeginsWhenTheSourceReturnsWithAnotherFormat() {
        playing();
        packager.end();
        setup.seconds(4);
        setup.complete();
        setup.begin(false);
        setup.otherWindow(0);
        setup.complete();

        assertThat(setup.published()).containsExactly("-- ss ss", "--");
    }

    @Test
    void anEpochBeginsWhenTheSourceReturnsAfterTheLimit() {
        playing();
        packager.end();
        setup.seconds(4);
        setup.complete();
        setup.seconds(20);
        setup.begin(false);
        setup.window(0);
        setup.complete();

        assertThat(setup.published()).containsExactly("-- ss ss ss ss ss", "--");
    }

    @Test
    void slatesFollowTheWindowsThatAreBeingEncoded() {
        playing();
        setup.window(1);
        setup.seconds(6);
        assertThat(setup.published()).containsExactly("--");
        assertThat(setup.requests).hasSize(2);

        setup.complete();
        setup.complete();

        assertThat(setup.published()).containsExactly("-- -- ss ss");
    }

    @Test
    void aSourceThatReturnsWhileTheSlateIsBeingEncodedFollowsIt() {
        playing();
        setup.seconds(4);
        setup.window(1);
        setup.complete();
        setup.complete();

        assertThat(setup.published()).containsExactly("-- ss ss --");
        setup.assertContiguous();
    }

    @Test
    void thePassthroughHoldsItsLastPicture() {
        setup.begin(false);
        packager.activate();
        setup.passthroughWindow(0);
        setup.complete();
        setup.seconds(4);
        setup.complete();
        setup.passthroughWindow(1);
        setup.complete();

        assertThat(setup.published()).containsExactly("-- hs hs --");
    }

    @Test
    void aSourceWithoutVideoIsSilent() {
        setup.begin(true);
        packager.activate();
        setup.audioWindow(0);
        setup.audio(0);
        setup.seconds(4);

        assertThat(setup.requests).isEmpty();
        // The second window has one frame of the source.
        assertThat(setup.published()).containsExactly("- - h");
    }

    /** A server sends at once what it could not send for a minute; then the source is received in real time. */
    @Test
    void aNextOutageIsNoticedAsSoonAsTheFirstOne() {
        playing();
        setup.seconds(4);
        setup.complete();
        setup.seconds(56);
        windows(1, 30, 0);
        windows(31, 500, 2_000);

        setup.seconds(10);

        assertThat(packager.noSignalSince()).isPresent();
    }

    /** One of a camera whose clock is fast by 1 %. */
    @Test
    void anOutageOfASourceThatIsTooFastIsNoticed() {
        playing();
        windows(1, 2_000, 1_980);

        setup.seconds(10);

        assertThat(packager.noSignalSince()).isPresent();
    }

    /** Windows of the source, each so many milliseconds after the one before. */
    private void windows(int first, int count, int millis) {
        for (int i = first; i < first + count; i++) {
            setup.time.advance(Duration.ofMillis(millis));
            setup.window(i);
            setup.complete();
        }
    }

    @Test
    void deactivationEndsTheSlates() {
        playing();
        setup.seconds(4);

        packager.deactivate();
        assertThat(setup.cancelled).hasSize(1);
        setup.answerCancelled();
        setup.seconds(10);

        assertThat(setup.published()).containsExactly("--");
        assertThat(setup.requests).isEmpty();
        assertThat(packager.noSignalSince()).isEmpty();
        packager.close();
    }

    /** A packager with one published window. */
    private void playing() {
        setup.begin(false);
        packager.activate();
        setup.window(0);
        setup.complete();
    }
}
