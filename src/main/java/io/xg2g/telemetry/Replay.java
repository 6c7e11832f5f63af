package io.xg2g.telemetry;

import io.xg2g.problem.ProblemException;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Replay of one recording: publishes its rows on the bus, on a virtual thread. Thread-safe. */
final class Replay {
    /** Number of invalid rows that are retained with their reasons. */
    static final int MAX_BAD_ROWS = 20;

    private static final Logger LOG = Logger.getLogger(Replay.class);

    final String id;
    final ReplayOptions options;
    final Instant createdAt;
    final long bytes;
    private final Recording recording;
    private final Publisher publisher;
    private final TimeSource time;
    private final Thread thread;
    private final AtomicLong passes = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong badRows = new AtomicLong();
    private final List<DcgmReader.Entry.Bad> firstBad = new ArrayList<>();
    private volatile ReplayState state = new ReplayState.Running();
    private volatile boolean stopping;
    private @Nullable Instant lastRecorded;
    private Instant lastAssigned = Instant.EPOCH;

    /**
     * Makes a replay that is not started.
     *
     * @param recording recording with a valid header
     * @param bytes size of the recording
     * @param ended called once, on the replay's thread, at its end
     */
    Replay(
            String id,
            ReplayOptions options,
            Recording recording,
            long bytes,
            Publisher publisher,
            TimeSource time,
            Runnable ended) {
        this.id = id;
        this.options = options;
        this.recording = recording;
        this.bytes = bytes;
        this.publisher = publisher;
        this.time = time;
        this.createdAt = time.instant();
        this.thread = Thread.ofVirtual().name("replay-" + id).unstarted(() -> {
            try {
                state = run();
            } finally {
                // The interrupt that stopped the replay must not affect the cleanup.
                Thread.interrupted();
                ended.run();
            }
        });
    }

    void start() {
        thread.start();
    }

    /** Stops the replay and waits for its end. Has no effect after its end. */
    void stop() throws InterruptedException {
        stopping = true;
        thread.interrupt();
        thread.join();
    }

    ReplayState state() {
        return state;
    }

    /** Returns how often the recording was read to its end. */
    long passes() {
        return passes.get();
    }

    /** Returns the number of published rows. */
    long rows() {
        return rows.get();
    }

    /** Returns the number of invalid rows of the recording; repeated passes do not count again. */
    long badRows() {
        return badRows.get();
    }

    /** Returns the first invalid rows, at most {@value #MAX_BAD_ROWS}. */
    List<DcgmReader.Entry.Bad> firstBad() {
        synchronized (firstBad) {
            return List.copyOf(firstBad);
        }
    }

    private ReplayState run() {
        try {
            long began = time.nanoTime();
            Schedule schedule = new Schedule(options.pace(), () -> time.nanoTime() - began);
            long before;
            do {
                before = rows();
                pass(schedule, began);
                passes.incrementAndGet();
                // A recording without a valid row would loop without a pause.
            } while (options.loop() && rows() > before);
            return new ReplayState.Finished(time.instant());
        } catch (InterruptedException stopped) {
            return new ReplayState.Stopped(time.instant());
        } catch (IOException | IllegalStateException | ProblemException failure) {
            String reason = failure instanceof IOException ? "the recording cannot be read" : "the bus is stopped";
            LOG.debugf(failure, "replay failed: replay=%s", id);
            return stopping ? new ReplayState.Stopped(time.instant()) : failed(reason);
        } catch (RuntimeException | Error bug) {
            LOG.errorf(bug, "replay failed: replay=%s, reason=unexpected error", id);
            return failed("unexpected error; see the log");
        }
    }

    private ReplayState failed(String reason) {
        LOG.warnf("replay failed: replay=%s, reason=%s", id, reason);
        return new ReplayState.Failed(time.instant(), reason);
    }

    private void pass(Schedule schedule, long began) throws IOException, InterruptedException {
        boolean started = false;
        lastRecorded = null;
        try (DcgmReader reader = new DcgmReader(recording.open())) {
            for (DcgmReader.Entry entry = reader.next(); ; entry = reader.next()) {
                switch (entry) {
                    case DcgmReader.Entry.Row(DcgmRow row) -> {
                        long recorded = PointTime.nanos(row.time());
                        if (!started) {
                            schedule.begin(recorded);
                            started = true;
                        }
                        waitUntil(began + schedule.due(recorded));
                        publisher.publish(row.at(options.retime() ? timeOf(row) : row.time()));
                        rows.incrementAndGet();
                    }
                    case DcgmReader.Entry.Bad bad -> count(bad);
                    case DcgmReader.Entry.End _ -> {
                        return;
                    }
                }
            }
        }
    }

    private void waitUntil(long nanos) throws InterruptedException {
        // Subtracted, since nanoTime() may overflow.
        time.sleep(Duration.ofNanos(Math.max(0, nanos - time.nanoTime())));
    }

    /** Returns the current time, the same for rows of one recorded time, and otherwise strictly increasing. */
    private Instant timeOf(DcgmRow row) {
        if (!row.time().equals(lastRecorded)) {
            lastRecorded = row.time();
            Instant next = lastAssigned.plus(1, ChronoUnit.MICROS);
            Instant now = time.instant();
            lastAssigned = now.isBefore(next) ? next : now;
        }
        return lastAssigned;
    }

    private void count(DcgmReader.Entry.Bad bad) {
        if (passes() > 0) {
            return;
        }
        badRows.incrementAndGet();
        synchronized (firstBad) {
            if (firstBad.size() < MAX_BAD_ROWS) {
                firstBad.add(bad);
            }
        }
    }
}
