package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.dispatch.Rejection;
import io.xg2g.dispatch.TranscodeRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackagerTest {
    private final PackagingSetup setup = new PackagingSetup();
    private final Packager packager = setup.packager;

    @Test
    void nothingIsEncodedBeforeRenditionsAreRequested() {
        setup.begin(false);
        setup.window(0);

        assertThat(setup.requests).isEmpty();
        assertThat(packager.newest()).get().extracting(window -> window.start()).isEqualTo(0L);
    }

    @Test
    void encodingStartsWithTheLatestThreeWindows() {
        setup.begin(false);
        for (int i = 0; i < 5; i++) {
            setup.window(i);
        }

        packager.activate();
        for (int i = 0; i < 3; i++) {
            setup.complete();
        }

        assertThat(setup.requests).isEmpty();
        assertThat(setup.published()).containsExactly("-- -- --");
        assertThat(setup.files).contains("720p-" + 2 * PackagingSetup.WINDOW).doesNotContain("720p-0");
    }

    @Test
    void theFirstWindowIsSubmittedAloneAndThenTwoAtOnce() {
        begin();
        for (int i = 0; i < 4; i++) {
            setup.window(i);
        }
        assertThat(setup.requests).hasSize(1);

        setup.complete();

        assertThat(setup.requests).hasSize(2);
    }

    @Test
    void windowsArePublishedInOrderWhateverOrderTheyAreEncodedIn() {
        playing();
        setup.window(1);
        setup.window(2);
        String first = setup.requests.keySet().iterator().next();
        var held = setup.requests.remove(first);

        setup.complete();
        assertThat(setup.published()).containsExactly("--");

        setup.requests.put(first, held);
        setup.complete();
        assertThat(setup.published()).containsExactly("-- -- --");
    }

    @Test
    void aWindowWaitsForItsAudio() {
        setup.begin(true);
        packager.activate();
        setup.window(0);
        setup.complete();
        assertThat(setup.published()).isEmpty();

        setup.audio(0);

        assertThat(setup.published()).containsExactly("---");
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "1, 1.5"})
    void theWaitForMissingAudioIsBounded(int window, double seconds) {
        setup.begin(true);
        packager.activate();
        for (int i = 0; i < window; i++) {
            setup.window(i);
            setup.audio(i);
            setup.complete();
        }
        setup.window(window);
        setup.complete();
        setup.time.advance(Duration.ofMillis((long) (seconds * 1000)));
        packager.tick();
        assertThat(windows()).isEqualTo(window);

        setup.time.advance(Duration.ofMillis(1));
        packager.tick();

        assertThat(windows()).isEqualTo(window + 1);
    }

    @Test
    void theEndOfTheRunEndsTheWaitForAudio() {
        setup.begin(true);
        packager.activate();
        setup.window(0);
        setup.complete();

        packager.end();

        assertThat(windows()).isEqualTo(1);
    }

    @Test
    void aPassthroughWindowIsPublishedBeforeItIsEncoded() {
        begin();
        setup.passthroughWindow(0);
        assertThat(setup.publishedEarly()).containsExactly("-g");
        assertThat(setup.published()).isEmpty();

        setup.complete();

        assertThat(setup.published()).containsExactly("--");
    }

    @Test
    void windowsArePublishedEarlyWhilePreviousOnesAreEncoded() {
        begin();
        setup.passthroughWindow(0);
        setup.passthroughWindow(1);

        assertThat(setup.publishedEarly()).containsExactly("-g -g");
    }

    @Test
    void aWindowDeactivatedWhileItsAudioIsWrittenIsNotPublished() {
        setup.begin(true);
        packager.activate();
        setup.window(0);
        setup.complete();
        setup.onDisk = () -> {
            if (packager.isActive()) {
                packager.deactivate();
            }
        };
        setup.audio(0);

        assertThat(setup.publishedEarly()).isEmpty();
        assertThat(setup.files).isEmpty();
    }

    @Test
    void aPassthroughThatCannotBeStoredIsEncodedOnly() {
        begin();
        setup.diskFull = true;
        setup.passthroughWindow(0);
        assertThat(setup.publishedEarly()).isEmpty();
        setup.diskFull = false;

        setup.passthroughWindow(1);
        setup.complete();

        assertThat(windows()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fail", "cancelled", "bug", "shutdown"})
    void aWindowThatIsNotEncodedHoldsTheLastPicture(String answer) {
        playing();
        setup.window(1);

        switch (answer) {
            case "fail" -> setup.fail();
            case "cancelled" -> setup.answerCancelled();
            case "bug" -> setup.answerWithBug();
            default -> setup.reject(Rejection.SHUTDOWN);
        }
        setup.window(2);
        setup.complete();

        assertThat(setup.published()).containsExactly("-- hh --");
        assertThat(setup.counted("xg2g.live.gaps")).isEqualTo(1);
        assertThat(setup.counted("xg2g.live.filled.segments")).isEqualTo(2);
        assertThat(setup.files).noneMatch(file -> file.startsWith("unit-"));
    }

    @Test
    void aPassthroughWindowThatIsNotEncodedHoldsTheLastPictureOfItsRenditions() {
        begin();
        setup.passthroughWindow(0);
        setup.complete();
        setup.passthroughWindow(1);
        setup.fail();
        setup.passthroughWindow(2);

        assertThat(setup.published()).containsExactly("-- -h");
        assertThat(setup.publishedEarly()).containsExactly("-- -h -g");
    }

    @Test
    void aWindowWithoutAudioIsSilent() {
        setup.begin(true);
        packager.activate();
        setup.window(0);
        setup.audio(0);
        setup.complete();
        for (int i = 1; i < 3; i++) {
            setup.window(i);
            setup.complete();
        }
        packager.end();

        // The second window has one frame of the source.
        assertThat(setup.published()).containsExactly("--- --- --h");
        assertThat(setup.counted("xg2g.live.filled.segments")).isEqualTo(1);
    }

    @Test
    void theFirstWindowsThatAreNotEncodedAreNotPublished() {
        begin();
        setup.window(0);
        setup.fail();
        assertThat(setup.published()).isEmpty();

        setup.window(1);
        setup.complete();

        assertThat(setup.published()).containsExactly("--");
    }

    @Test
    void aWindowRejectedByAFullQueueIsResubmittedAfterHalfASecond() {
        playing();
        setup.window(1);
        setup.reject(Rejection.FULL);
        packager.tick();
        assertThat(setup.requests).isEmpty();

        setup.time.advance(Duration.ofMillis(500));
        packager.tick();
        setup.complete();

        assertThat(setup.published()).containsExactly("-- --");
    }

    @Test
    void aWindowWithoutADirectoryForItsUnitIsAGap() {
        playing();
        setup.diskFull = true;
        setup.window(1);

        assertThat(setup.requests).isEmpty();
        assertThat(setup.published()).containsExactly("-- gg");
        assertThat(setup.counted("xg2g.live.filled.segments")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 20", "1, 6"})
    void aLateWindowIsAbandonedAndItsLateResultIsDiscarded(int window, int seconds) {
        if (window == 0) {
            begin();
        } else {
            playing();
        }
        setup.window(window);
        setup.time.advance(Duration.ofSeconds(seconds));
        packager.tick();
        assertThat(setup.cancelled).isEmpty();

        setup.time.advance(Duration.ofMillis(1));
        packager.tick();
        assertThat(setup.cancelled).hasSize(1);
        setup.complete();

        assertThat(windows()).isEqualTo(window == 0 ? 0 : 2);
        assertThat(setup.counted("xg2g.live.gaps")).isEqualTo(1);
        assertThat(setup.files).noneMatch(file -> file.endsWith("-" + window * PackagingSetup.WINDOW));
    }

    @Test
    void unitsAfterAnAbandonedOneAreNotStartedTooLateToBeInTime() {
        playing();
        setup.window(1);
        TranscodeRequest slow = unit("window-1");
        assertThat(slack(slow)).as("runs of before were short").isGreaterThan(Duration.ofSeconds(5));
        setup.time.advance(Duration.ofSeconds(3));
        slow.listener().started("software");
        setup.time.advance(Duration.ofSeconds(4));
        packager.tick();
        setup.answerCancelled();
        setup.window(2);

        assertThat(slack(unit("window-2"))).isEqualTo(Duration.ofSeconds(1));
    }

    private TranscodeRequest unit(String input) {
        return setup.requests.values().stream()
                .filter(request -> request.unit().input().endsWith(input))
                .findFirst()
                .orElseThrow();
    }

    /** Time from the due time of a unit to its latest start. */
    private static Duration slack(TranscodeRequest request) {
        TranscodeRequest.DueTime due = Objects.requireNonNull(request.due());
        return Duration.ofNanos(due.latestStart() - due.at());
    }

    @Test
    void anAudioSegmentThatCannotBeWrittenIsAGap() {
        setup.begin(true);
        packager.activate();
        setup.window(0);
        setup.complete();
        setup.diskFull = true;
        setup.audio(0);

        assertThat(setup.published()).containsExactly("--g");
    }

    @Test
    void lagCountsFromTheDueTime() {
        playing();
        setup.window(1);
        setup.time.advance(Duration.ofSeconds(3));

        assertThat(packager.behindSeconds()).isEqualTo(3);
    }

    @Test
    void closingDoesNotWaitWithoutRunningUnits() {
        playing();

        packager.close();

        assertThat(setup.requests).isEmpty();
    }

    /** A thread that needs the lock gets it during every disk access; otherwise the test would deadlock. */
    @Test
    void theLockIsNotHeldWhileTheDiskIsUsed() {
        AtomicInteger accesses = new AtomicInteger();
        setup.onDisk = () -> {
            accesses.incrementAndGet();
            Thread other = Thread.ofPlatform().daemon().start(packager::newest);
            try {
                assertThat(other.join(Duration.ofSeconds(30)))
                        .as("the lock is free")
                        .isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        };
        setup.begin(true);
        packager.activate();
        setup.passthroughWindow(0);
        setup.audio(0);
        setup.complete();
        setup.window(1);
        setup.audio(1);
        setup.fail();
        setup.window(2);
        setup.complete();
        setup.window(3);
        packager.deactivate();
        setup.answerCancelled();
        packager.tick();

        assertThat(accesses).hasValueGreaterThan(10);
    }

    /** A packager with one published window, at the arrival of the second one. */
    private void playing() {
        begin();
        setup.window(0);
        setup.complete();
        setup.time.advance(Duration.ofSeconds(2));
    }

    private void begin() {
        setup.begin(false);
        packager.activate();
    }

    private long windows() {
        return setup.timeline.now().epochs().stream()
                .mapToLong(epoch -> epoch.windows().size())
                .sum();
    }
}
