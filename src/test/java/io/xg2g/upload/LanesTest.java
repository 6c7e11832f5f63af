package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.durability.ManualQueueClock;
import io.xg2g.queue.Delivery;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueOptions;
import io.xg2g.schedule.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each event in each state of a channel, and that its windows keep their order. */
class LanesTest {
    private static final int FIRST = 1000;
    private static final Duration DELAY = Duration.ofSeconds(10);

    private final ManualTime time = new ManualTime();
    private final HeldWindows held = new HeldWindows();
    private final Lanes lanes = new Lanes(1_000_000, held, time::nanoTime);
    private HybridQueue<Upload> queue;
    private int added = FIRST;
    private int ended;
    private Optional<Lanes.Work> working = Optional.empty();

    /** What a channel is when the event happens. */
    private enum State {
        /** Nothing of it is in memory. */
        ABSENT,
        WAITING,
        BUSY,
        /** An attempt failed. */
        FAILED_ONCE,
        /** Two attempts in a row failed: it has one window in memory, and others are held. */
        FAILING,
        /** The same during an attempt. */
        FAILING_BUSY,
        /** It has been uploaded again, and some windows are still held. */
        RECOVERED
    }

    private enum Event {
        ADD,
        NEXT,
        RELEASE,
        SUCCESS,
        PROGRESS,
        FAILURE
    }

    @BeforeEach
    void open() throws IOException {
        queue = HybridQueue.open(
                QueueOptions.named("lanes").with(new ManualQueueClock(time)).withLease(Duration.ofDays(1)),
                new UploadSerializer());
    }

    @AfterEach
    void close() throws IOException {
        queue.close();
    }

    private void add(int windows) {
        for (int i = 0; i < windows; i++) {
            queue.add(new Upload.Window(
                    "tv",
                    0,
                    List.of(new StoredObject(StoredObject.segment("tv", "v", added++), new byte[10])),
                    List.of()));
        }
        take();
    }

    /** Moves what the queue has into the lanes. */
    private void take() {
        queue.poll(1000).forEach(delivery -> lanes.add(delivery, false));
    }

    private void next() {
        working = lanes.next();
    }

    private void fail() {
        lanes.failed(working.orElseThrow(), false, DELAY);
        working = Optional.empty();
        time.advance(DELAY);
    }

    private void enter(State state) {
        if (state == State.ABSENT) {
            return;
        }
        add(20);
        if (state == State.WAITING) {
            return;
        }
        next();
        if (state == State.BUSY) {
            return;
        }
        fail();
        if (state == State.FAILED_ONCE) {
            return;
        }
        next();
        fail();
        if (state == State.FAILING) {
            return;
        }
        next();
        if (state == State.RECOVERED) {
            end();
        }
    }

    private void end() {
        Lanes.Work work = working.orElseThrow();
        lanes.ended(work);
        work.deliveries().forEach(Delivery::acknowledge);
        ended += work.deliveries().size();
        working = Optional.empty();
    }

    /** Figures: windows in memory or at work, and windows that are held, after the event. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            ABSENT,       ADD,      1,  0
            ABSENT,       NEXT,     0,  0
            ABSENT,       RELEASE,  0,  0
            WAITING,      ADD,      21, 0
            WAITING,      NEXT,     20, 0
            WAITING,      RELEASE,  20, 0
            BUSY,         ADD,      21, 0
            BUSY,         NEXT,     20, 0
            BUSY,         RELEASE,  20, 0
            BUSY,         SUCCESS,  12, 0
            BUSY,         PROGRESS, 20, 0
            BUSY,         FAILURE,  20, 0
            FAILED_ONCE,  ADD,      21, 0
            FAILED_ONCE,  NEXT,     20, 0
            FAILED_ONCE,  RELEASE,  20, 0
            FAILING,      ADD,      1,  20
            FAILING,      NEXT,     1,  19
            FAILING,      RELEASE,  1,  19
            FAILING_BUSY, ADD,      1,  20
            FAILING_BUSY, NEXT,     1,  19
            FAILING_BUSY, RELEASE,  1,  19
            FAILING_BUSY, SUCCESS,  0,  19
            FAILING_BUSY, PROGRESS, 1,  19
            FAILING_BUSY, FAILURE,  1,  19
            RECOVERED,    ADD,      0,  20
            RECOVERED,    NEXT,     0,  19
            RECOVERED,    RELEASE,  8,  11
            """)
    void anEventInAState(State state, Event event, int inMemory, int outside) {
        enter(state);

        happen(event);

        int dropped = 0;
        while (held.dropOldest("tv"::equals)) {
            dropped++;
        }
        assertThat(dropped).isEqualTo(outside);
        assertThat(queue.stats().items()).isEqualTo(inMemory);
    }

    private void happen(Event event) {
        switch (event) {
            case ADD -> add(1);
            case NEXT -> {
                Optional<Lanes.Work> begun = lanes.next();
                working = working.or(() -> begun);
            }
            case RELEASE -> {
                lanes.release();
                take();
            }
            case SUCCESS -> end();
            case PROGRESS -> {
                lanes.failed(working.orElseThrow(), true, DELAY);
                working = Optional.empty();
            }
            case FAILURE -> fail();
        }
    }

    private static List<Arguments> statesAndEvents() {
        return Stream.of(State.values())
                .flatMap(state -> Stream.of(Event.values()).map(event -> Arguments.of(state, event)))
                .toList();
    }

    /** After any event in any state the target takes everything: all windows come, each once, in their order. */
    @ParameterizedTest
    @MethodSource("statesAndEvents")
    void windowsKeepTheirOrder(State state, Event event) {
        enter(state);
        if (working.isPresent() || event.ordinal() <= Event.RELEASE.ordinal()) {
            happen(event);
        }
        if (working.isPresent()) {
            happen(Event.PROGRESS);
        }
        ended = 0;
        int before = added - FIRST - (int) queue.stats().items();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            time.advance(DELAY);
            lanes.release();
            take();
            next();
            if (working.isPresent()) {
                for (Delivery<Upload> delivery : working.get().deliveries()) {
                    names.add(((Upload.Window) delivery.item())
                            .segments()
                            .getFirst()
                            .name());
                }
                end();
            }
        }
        assertThat(names).isSorted().doesNotHaveDuplicates();
        assertThat(before + ended).isEqualTo(added - FIRST);
        assertThat(queue.stats().items()).isZero();
        assertThat(held.channels()).isEmpty();
    }
}
