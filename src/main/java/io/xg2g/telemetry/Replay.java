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

/** One recording on its way to the bus, row by row, on a thread of its own. */
final class Replay {
    /** How many bad rows are remembered with their reasons. */
    static final int BAD_ROWS_KEPT = 20;

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
    private Instant lastGiven = Instant.EPOCH;

    /**
     * Makes one that has yet to be started.
     *
     * @param recording one whose header has been found good
     * @param bytes its size
     * @param ended called once, on the replay's thread, when it is over
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
                // What ends it has been heeded, and must not disturb the cleaning up.
                Thread.interrupted();
                ended.run();
            }
        });
    }

    void start() {
        thread.start();
    }

    /** Ends it, and waits until it has ended; one that has ended already stays as it is. */
    void stop() throws InterruptedException {
        stopping = true;
        thread.interrupt();
        thread.join();
    }

    ReplayState state() {
        return state;
    }

    /** How often it has read the recording to the end. */
    long passes() {
        return passes.get();
    }

    /** How many rows it has published. */
    long rows() {
        return rows.get();
    }

    /** How many rows of the recording cannot be used; a row counts once, also when the recording is read again. */
    long badRows() {
        return badRows.get();
    }

    /** The first bad rows. */
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
                // What has no usable row would be read again and again without a pause.
            } while (options.loop() && rows() > before);
            return new ReplayState.Finished(time.instant());
        } catch (InterruptedException stopped) {
            return new ReplayState.Stopped(time.instant());
        } catch (IOException | IllegalStateException | ProblemException trouble) {
            String reason = trouble instanceof IOException
                    ? "the recording cannot be read any more"
                    : "the bus takes nothing more";
            LOG.debug("replay failed", trouble);
            return stopping ? new ReplayState.Stopped(time.instant()) : failed(reason);
        } catch (RuntimeException | Error bug) {
            LOG.errorf(bug, "replay failed unexpectedly: replay=%s", id);
            return failed("an unexpected error; the log has it");
        }
    }

    private ReplayState failed(String reason) {
        LOG.warnf("replay failed: replay=%s, reason=%s", id, reason);
        return new ReplayState.Failed(time.instant(), reason);
    }

    private void pass(Schedule schedule, long began) throws IOException, InterruptedException {
        boolean begun = false;
        lastRecorded = null;
        try (DcgmReader reader = new DcgmReader(recording.open())) {
            for (DcgmReader.Entry entry = reader.next(); ; entry = reader.next()) {
                switch (entry) {
                    case DcgmReader.Entry.Row(DcgmRow row) -> {
                        long recorded = PointTime.nanos(row.time());
                        if (!begun) {
                            schedule.begin(recorded);
                            begun = true;
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

    /** The present; but rows that were recorded at one time stay together, and no time is given twice. */
    private Instant timeOf(DcgmRow row) {
        if (!row.time().equals(lastRecorded)) {
            lastRecorded = row.time();
            Instant next = lastGiven.plus(1, ChronoUnit.MICROS);
            Instant now = time.instant();
            lastGiven = now.isBefore(next) ? next : now;
        }
        return lastGiven;
    }

    private void count(DcgmReader.Entry.Bad bad) {
        if (passes() > 0) {
            return;
        }
        badRows.incrementAndGet();
        synchronized (firstBad) {
            if (firstBad.size() < BAD_ROWS_KEPT) {
                firstBad.add(bad);
            }
        }
    }
}
