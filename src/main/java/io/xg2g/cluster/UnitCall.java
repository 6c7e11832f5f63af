package io.xg2g.cluster;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.parsetools.RecordParser;
import io.xg2g.dispatch.RemoteRun;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Run of a unit at a worker, as the gateway sees it: one HTTP request, whose response reports the progress and the outcome.
 *
 * <pre>
 *   opening --200--> running --produced, failed--> ended
 *   opening --refused, other status, {@link #SILENCE}--> ended
 *   running --connection lost, {@link #SILENCE}--> ended
 *   any --stopped--> ended
 * </pre>
 *
 * <p>When it has ended, the connection is closed, which ends the unit at the worker, and the outcome follows as soon as nothing is
 * written any more, after {@link #WRITTEN} at the latest. Thread-safe; nothing blocks.
 */
final class UnitCall {
    /** A worker that does not report for so long is lost. */
    static final Duration SILENCE = Duration.ofSeconds(3);

    /** After the silence, for what has arrived and not been read: this program may have been stopped, too. */
    private static final Duration READ = Duration.ofMillis(200);

    /** After the end, for the disk to take what has arrived. */
    static final Duration WRITTEN = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(UnitCall.class);
    private static final String ORDERS = InnerServer.ROOT + "units/";
    private static final int MAX_LINE = 256 << 10;
    private static final int OK = 200;
    private static final int CONFLICT = 409;

    private final OfferedSlot slot;
    private final RemoteRun run;
    private final UnitFiles.Attempt files;
    private final RemoteUnits units;
    private final TimeSource time;
    private final UniEmitter<? super TranscodeOutcome> emitter;

    private final AbortableRequest request = new AbortableRequest();

    /** Guarded by this. */
    private boolean running;

    /** Guarded by this. */
    private boolean ended;

    /** Whether the worker was silent for long when it was looked at. Guarded by this. */
    private boolean suspected;

    /** When something was received last. Guarded by this. */
    private long heardAt;

    UnitCall(OfferedSlot slot, RemoteRun run, RemoteUnits units, UniEmitter<? super TranscodeOutcome> emitter) {
        this.slot = slot;
        this.run = run;
        this.units = units;
        this.time = units.time();
        this.emitter = emitter;
        files = units.files().open(run.unit());
        heardAt = time.nanoTime();
    }

    void start() {
        SlotOffer offer = slot.offer();
        String origin = units.origin().get();
        UnitOrder order = UnitOrder.of(
                run.request(), run.attempt(), run.unit(), run.priority(), files.input(origin), files.results(origin));
        run.stop().onStop(() -> abort(Failure.Kind.STOPPED, "the run was stopped"));
        watch(SILENCE);
        units.client()
                .request(HttpMethod.POST, offer.host(), offer.port(), ORDERS + offer.id(), null)
                // Both on the context of the request: lines that arrive before there is a handler would be lost.
                .compose(opened -> send(opened, order).onSuccess(this::answered))
                .onFailure(this::disconnected);
    }

    private Future<HttpClientResponse> send(HttpClientRequest opened, UnitOrder order) {
        opened.exceptionHandler(this::disconnected);
        request.opened(opened);
        W3CTraceContextPropagator.getInstance()
                .inject(
                        run.trace(),
                        opened,
                        (carrier, key, value) -> Objects.requireNonNull(carrier).putHeader(key, value));
        return opened.send(ClusterMessages.json(order));
    }

    private void answered(HttpClientResponse response) {
        switch (response.statusCode()) {
            case OK -> began(response);
            case CONFLICT -> {
                slot.taken();
                end(() -> failed(Failure.Kind.SLOT_GONE, "the offer of the worker is not current"));
            }
            default -> {
                LOG.warnf(
                        "worker refuses a unit: worker=%s, status=%d, reason=%s",
                        slot.worker(), response.statusCode(), response.statusMessage());
                unreachable("the worker refuses the unit");
            }
        }
    }

    private void began(HttpClientResponse response) {
        synchronized (this) {
            running = true;
            heard();
        }
        slot.taken();
        units.metrics().started(slot.age());
        RecordParser lines = RecordParser.newDelimited("\n", this::read);
        lines.maxRecordSize(MAX_LINE);
        lines.exceptionHandler(this::disconnected);
        response.exceptionHandler(this::disconnected)
                .endHandler(_ -> disconnected(new IOException("the response ended before the outcome")))
                .handler(lines);
    }

    private void read(Buffer line) {
        UnitReport report;
        try {
            report = ClusterMessages.JSON.readValue(line.getBytes(), UnitReport.class);
        } catch (IOException malformed) {
            disconnected(malformed);
            return;
        }
        synchronized (this) {
            heard();
            if (report.progress() != null && !ended) {
                run.progress().accept(report.progress());
            }
        }
        UnitReport.Produced produced = report.produced();
        UnitReport.Failed failed = report.failed();
        if (produced != null) {
            end(() -> received(produced));
        } else if (failed != null) {
            end(() -> failed(ofWorker(failed.kind()), failed.detail()));
        }
    }

    /** Returns the kind of a failure that a worker reports: its disk is not that of this gateway, and it is not lost. */
    private static Failure.Kind ofWorker(Failure.Kind reported) {
        return reported == Failure.Kind.DISK || reported == Failure.Kind.WORKER_LOST
                ? Failure.Kind.WORKER_FAILED
                : reported;
    }

    private void heard() {
        heardAt = time.nanoTime();
        suspected = false;
    }

    private TranscodeOutcome received(UnitReport.Produced produced) {
        try {
            return new TranscodeOutcome.Produced(produced.encoder(), files.accept(produced.renditions()));
        } catch (IOException incomplete) {
            LOG.warnf(
                    "result of a worker refused: worker=%s, request=%s, reason=%s",
                    slot.worker(), run.request(), incomplete);
            return failed(Failure.Kind.WORKER_LOST, "the renditions of the worker are incomplete");
        }
    }

    private void disconnected(Throwable why) {
        boolean lost;
        synchronized (this) {
            if (ended) {
                return;
            }
            lost = running;
        }
        LOG.debugf("connection to a worker lost: worker=%s, request=%s, reason=%s", slot.worker(), run.request(), why);
        if (lost) {
            units.workers().suspect(slot.worker());
            abort(Failure.Kind.WORKER_LOST, "the connection to the worker was lost");
        } else {
            unreachable("the worker is not reachable");
        }
    }

    /** The unit has not begun. Another gateway may reach the worker. */
    private void unreachable(String why) {
        slot.refuse();
        units.workers().suspect(slot.worker());
        abort(Failure.Kind.SLOT_GONE, why);
    }

    private void watch(Duration after) {
        var _ = time.schedule(after, this::look);
    }

    private void look() {
        Duration next;
        synchronized (this) {
            Duration silent = Duration.ofNanos(time.nanoTime() - heardAt);
            if (ended) {
                return;
            } else if (silent.compareTo(SILENCE) < 0) {
                next = SILENCE.minus(silent);
            } else if (!suspected) {
                suspected = true;
                next = READ;
            } else {
                next = Duration.ZERO;
            }
        }
        if (next.isPositive()) {
            watch(next);
        } else {
            LOG.warnf("worker is silent: worker=%s, request=%s", slot.worker(), run.request());
            units.workers().suspect(slot.worker());
            abort(Failure.Kind.WORKER_LOST, "the worker did not report for " + SILENCE.toSeconds() + " s");
        }
    }

    /** Ends the run at the worker, too. */
    private void abort(Failure.Kind kind, String detail) {
        if (end(() -> failed(kind, detail))) {
            request.abort();
        }
    }

    /**
     * Ends the run, unless it has ended.
     *
     * @param outcome made when nothing is written any more, on a virtual thread
     */
    private boolean end(Supplier<TranscodeOutcome> outcome) {
        boolean runs;
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
            runs = running;
        }
        if (runs) {
            slot.taken();
        } else {
            slot.release();
        }
        CompletableFuture<Void> written = files.close().toCompletionStage().toCompletableFuture();
        Runnable cancel = time.schedule(WRITTEN, () -> written.complete(null));
        var _ = written.whenComplete((_, _) -> {
            cancel.run();
            Thread.ofVirtual().name("unit-outcome").start(() -> emitter.complete(made(outcome)));
        });
        return true;
    }

    private TranscodeOutcome made(Supplier<TranscodeOutcome> outcome) {
        try {
            return outcome.get();
        } catch (RuntimeException malformed) {
            LOG.warnf(malformed, "result of a worker unusable: worker=%s, request=%s", slot.worker(), run.request());
            return failed(Failure.Kind.WORKER_LOST, "the result of the worker is malformed");
        }
    }

    private TranscodeOutcome failed(Failure.Kind kind, String detail) {
        files.delete();
        if (files.isDiskFailing()) {
            return new TranscodeOutcome.Failed(
                    TranscodeOutcome.NO_ENCODER,
                    new Failure(Failure.Kind.DISK, "the files of the unit cannot be read or written at the gateway"));
        }
        return new TranscodeOutcome.Failed(TranscodeOutcome.NO_ENCODER, new Failure(kind, detail));
    }
}
