package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Activation: viewers of renditions come and go while the source continues, ends, or the program restarts. */
class PackagerActivationTest {
    private static final Duration WINDOW = Duration.ofSeconds(2);

    /** The least time without viewers after which a channel is not encoded. */
    private static final Duration IDLE = Duration.ofSeconds(6);

    private enum Event {
        WINDOW,
        VIEWER,
        IDLE,
        SOURCE_LOST,
        SOURCE_BACK,
        RESTART
    }

    private final ManualTime time = new ManualTime();
    private final AtomicLong epochs = new AtomicLong();
    private PackagingSetup setup = restart();
    private int windows;

    /** Numbers and times of all windows that were listed. */
    private final Map<Long, Long> listed = new HashMap<>();

    /** The latest listed window before the latest activation, and the earliest time of later ones. */
    private long lastBefore;

    private long earliest;
    private long firstNumber;
    private long firstEpoch;

    @Test
    void aViewerAfterAPauseGetsNoWindowOfBeforeIt() {
        happen(Event.VIEWER, Event.WINDOW, Event.WINDOW, Event.WINDOW);
        long epoch = setup.timeline.now().newest().id();
        happen(Event.IDLE);
        IntStream.range(0, 36).forEach(_ -> happen(Event.WINDOW));
        happen(Event.VIEWER);

        assertThat(setup.published()).containsExactly("-- -- --");
        assertThat(setup.timeline.now().newest().id()).isEqualTo(epoch + 1);
    }

    @Test
    void aViewerAfterAPauseWaitsWhileThereIsNoFreshWindow() {
        happen(Event.VIEWER, Event.WINDOW, Event.IDLE, Event.SOURCE_LOST, Event.SOURCE_BACK, Event.VIEWER);
        assertThat(setup.timeline.now().isEmpty()).isTrue();

        happen(Event.WINDOW);

        assertThat(setup.published()).containsExactly("--");
    }

    @Test
    void itStaysActiveForAViewerWhoComesAtTheLastMoment() {
        happen(Event.VIEWER, Event.WINDOW);

        setup.packager.deactivateIf(() -> false);

        assertThat(setup.packager.isActive()).isTrue();
        happen(Event.WINDOW);
        assertThat(setup.published()).containsExactly("-- --");
    }

    /** A channel that is kept running by viewers of the source's bytes. */
    @Test
    void aViewerWhoComesLongAfterTheSourceWasLostDoesNotGetItsLastPictures() {
        happen(Event.WINDOW, Event.WINDOW, Event.WINDOW, Event.SOURCE_LOST);
        assertThat(setup.packager.newest()).isPresent();
        time.advance(Duration.ofSeconds(13));

        setup.packager.activate();

        assertThat(setup.timeline.early().isEmpty()).isTrue();
        assertThat(setup.packager.newest()).isEmpty();
    }

    @Test
    void aFurtherViewerChangesNothing() {
        happen(Event.VIEWER, Event.WINDOW, Event.WINDOW);
        Timeline before = setup.timeline.now();

        happen(Event.VIEWER);

        assertThat(setup.timeline.now()).isEqualTo(before);
    }

    @Test
    void windowsStayListedWithoutViewersUntilTheNextOneComes() {
        happen(Event.VIEWER, Event.WINDOW, Event.IDLE, Event.WINDOW);

        assertThat(setup.published()).containsExactly("--");
    }

    /** A viewer who came before the stop asks for renditions after it. */
    @Test
    void nothingIsEncodedAfterTheStop() {
        happen(Event.VIEWER, Event.WINDOW);
        setup.packager.close();

        setup.packager.activate();
        setup.window(windows);

        assertThat(setup.packager.isActive()).isFalse();
        assertThat(setup.requests).isEmpty();
    }

    @RandomTest(tries = 200)
    void numbersNeverGoBackAndNoOldWindowIsListed(RandomInput input) {
        for (int i = 0; i < 60; i++) {
            happen(input.chance(0.6) ? Event.WINDOW : input.of(Event.values()));
        }
    }

    private void happen(Event... events) {
        for (Event event : events) {
            happen(event);
            check(event);
        }
    }

    private void happen(Event event) {
        switch (event) {
            case WINDOW -> {
                time.advance(WINDOW);
                setup.window(windows++);
            }
            case VIEWER -> {
                if (!setup.packager.isActive()) {
                    lastBefore = Math.max(lastBefore, SegmentTimeline.last(setup.timeline.early()));
                    earliest = ChannelTime.ticks(time.instant()) - 3 * PackagingSetup.WINDOW;
                }
                setup.packager.activate();
            }
            case IDLE -> {
                time.advance(IDLE);
                setup.packager.deactivate();
            }
            case SOURCE_LOST -> setup.packager.end();
            case SOURCE_BACK -> begin();
            case RESTART -> {
                time.advance(Duration.ofSeconds(3));
                setup = restart();
            }
        }
        while (!setup.requests.isEmpty()) {
            setup.complete();
        }
    }

    private PackagingSetup restart() {
        PackagingSetup next = new PackagingSetup(time, epochs, ChannelTime.seconds(ChannelTime.ticks(time.instant())));
        next.packager.begin(List.of());
        windows = 0;
        return next;
    }

    private void begin() {
        setup.packager.begin(List.of());
        windows = 0;
    }

    private void check(Event event) {
        List<Epoch> now = setup.timeline.now().epochs();
        if (now.isEmpty()) {
            return;
        }
        Epoch first = now.getFirst();
        long number = first.windows().getFirst().number();
        assertThat(number).as("media sequence after %s", event).isGreaterThanOrEqualTo(firstNumber);
        assertThat(first.id()).as("discontinuity sequence after %s", event).isGreaterThanOrEqualTo(firstEpoch);
        firstNumber = number;
        firstEpoch = first.id();
        for (Epoch epoch : now) {
            for (Window window : epoch.windows()) {
                long start = window.segments().getFirst().time();
                assertThat(listed.getOrDefault(window.number(), start))
                        .as("time of window %d after %s", window.number(), event)
                        .isEqualTo(start);
                listed.put(window.number(), start);
                if (setup.packager.isActive()) {
                    assertThat(window.number()).isGreaterThan(lastBefore);
                    assertThat(start).isGreaterThanOrEqualTo(earliest);
                }
            }
        }
    }
}
