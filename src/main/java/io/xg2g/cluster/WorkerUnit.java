package io.xg2g.cluster;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.dispatch.Priority;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.process.ProcessPriority;
import io.xg2g.storage.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A gateway's unit at this worker: fetches the input, has it encoded by the worker's own dispatcher, sends the renditions, and reports
 * all this in the response. When the gateway closes the connection, the unit is cancelled and its files are deleted. A machine that
 * has gone closes nothing: a transfer that stands still is ended by the {@link InnerClient}.
 */
final class WorkerUnit {
    /** Time between two reports of the progress. */
    private static final Duration REPORT = Duration.ofSeconds(1);

    /** For which a gateway may not take the outcome: it may be paused. */
    private static final Duration OUTCOME = Duration.ofSeconds(10);

    private static final int BUFFER = 64 << 10;
    private static final Logger LOG = Logger.getLogger(WorkerUnit.class);
    private static final TextMapGetter<MultiMap> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(MultiMap headers) {
            return headers.names();
        }

        @Override
        public @Nullable String get(@Nullable MultiMap headers, String name) {
            return headers == null ? null : headers.get(name);
        }
    };

    private final Vertx vertx;
    private final InnerClient client;
    private final UnitWork work;
    private final UnitOrder order;
    private final String gateway;
    private final MultiMap headers;
    private final HttpServerResponse response;
    private final Runnable free;

    /** Of the request to the dispatcher: unique, whatever the gateways' ids are. */
    private final String id;

    private final Set<HttpClientRequest> transfers = ConcurrentHashMap.newKeySet();
    private volatile double progress;
    private volatile boolean abandoned;
    private volatile boolean begun;

    /** Whether only the last line may be written. Guarded by this. */
    private boolean finished;

    /**
     * Creates it.
     *
     * @param exchange whose response has a type, and is not sent
     * @param free called once, when the slot is free again
     */
    WorkerUnit(
            Vertx vertx, InnerClient client, UnitWork work, UnitOrder order, RoutingContext exchange, Runnable free) {
        this.vertx = vertx;
        this.client = client;
        this.work = work;
        this.order = order;
        this.free = free;
        gateway = InnerServer.member(exchange);
        headers = exchange.request().headers();
        response = exchange.response();
        id = gateway + "/" + order.request() + "/" + order.attempt() + "/" + UUID.randomUUID();
        response.closeHandler(_ -> abandon());
        response.exceptionHandler(failure -> LOG.debugf("response to a gateway failed: reason=%s", failure));
        report(UnitReport.progress(0));
    }

    /** Runs it to its end, on the calling virtual thread. */
    void run() {
        long timer = vertx.setPeriodic(REPORT.toMillis(), _ -> report(UnitReport.progress(progress)));
        UnitReport outcome;
        try {
            outcome = runInDirectory();
        } catch (RuntimeException bug) {
            LOG.errorf(bug, "unit of a gateway failed unexpectedly: gateway=%s, request=%s", gateway, order.request());
            outcome = UnitReport.failed(Failure.Kind.CRASH, "the worker had an internal error");
        } finally {
            vertx.cancelTimer(timer);
        }
        synchronized (this) {
            finished = true;
        }
        if (!abandoned) {
            // Sent before the program may end.
            try {
                result(completable(response.end(line(outcome))).orTimeout(OUTCOME.toMillis(), TimeUnit.MILLISECONDS));
            } catch (IOException gone) {
                LOG.debugf("outcome of a unit not sent: gateway=%s, reason=%s", gateway, gone);
            }
        }
    }

    private UnitReport runInDirectory() {
        Path directory;
        try {
            directory = work.create();
        } catch (IOException | UncheckedIOException unusable) {
            free.run();
            return UnitReport.failed(Failure.Kind.DISK, "the work directory of the worker cannot be written");
        }
        try {
            TranscodeResult result;
            try {
                result = encode(directory);
            } finally {
                free.run();
            }
            return report(result);
        } catch (IOException failure) {
            transfers.forEach(HttpClientRequest::reset);
            LOG.debugf(
                    "unit of a gateway failed: gateway=%s, request=%s, reason=%s", gateway, order.request(), failure);
            return UnitReport.failed(
                    Failure.Kind.WORKER_LOST, "the worker could not fetch the input, or send the results");
        } finally {
            work.delete(directory);
        }
    }

    private TranscodeResult encode(Path directory) throws IOException {
        Path input = directory.resolve("input");
        Path outputs = Files.createDirectory(directory.resolve("outputs"));
        work.grant(outputs);
        await(fetch(input));
        TranscodeRequest request = new TranscodeRequest(
                id,
                gateway,
                null,
                order.priority() == ProcessPriority.PREVIEW ? Priority.PREVIEW : Priority.NORMAL,
                order.unit(input, outputs),
                listener(),
                null,
                false,
                order.priority());
        CompletableFuture<TranscodeResult> result;
        Context trace = W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HEADERS);
        try (Scope _ = trace.makeCurrent()) {
            result = work.submit(request).subscribeAsCompletionStage();
        }
        if (abandoned) {
            work.cancel(id);
        }
        return result.join();
    }

    private TranscodeRequest.Listener listener() {
        return new TranscodeRequest.Listener() {
            @Override
            public void started(String device) {
                begun = true;
            }

            @Override
            public void progressed(double share) {
                progress = share;
            }
        };
    }

    private UnitReport report(TranscodeResult result) throws IOException {
        return switch (result) {
            case TranscodeResult.Completed completed -> send(completed);
            case TranscodeResult.Failed(Failure failure) -> UnitReport.failed(failure.kind(), failure.detail());
            case TranscodeResult.Rejected rejected ->
                UnitReport.failed(
                        begun ? Failure.Kind.WORKER_LOST : Failure.Kind.SLOT_GONE,
                        "the worker does not encode: " + rejected.reason().code());
            case TranscodeResult.Cancelled _ -> UnitReport.failed(Failure.Kind.STOPPED, "cancelled");
        };
    }

    private UnitReport send(TranscodeResult.Completed completed) throws IOException {
        List<UnitReport.Output> outputs = new ArrayList<>();
        for (Rendition rendition : completed.renditions()) {
            String name = String.valueOf(rendition.file().getFileName());
            outputs.add(new UnitReport.Output(
                    rendition.name(),
                    name.substring(name.lastIndexOf('.') + 1),
                    rendition.contentType(),
                    rendition.bytes(),
                    rendition.width(),
                    rendition.height(),
                    rendition.duration(),
                    send(rendition)));
        }
        return UnitReport.produced(completed.encoder(), outputs);
    }

    /** Sends a rendition, a buffer at a time; returns its SHA-256. */
    private String send(Rendition rendition) throws IOException {
        String url = order.results().get(rendition.name());
        if (url == null) {
            throw new IOException("the gateway expects no rendition " + rendition.name());
        }
        MessageDigest digest = Sha256.begin();
        try (InputStream in = Files.newInputStream(rendition.file())) {
            HttpClientRequest put = await(request(HttpMethod.PUT, url));
            put.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(rendition.bytes()));
            for (byte[] bytes = in.readNBytes(BUFFER); bytes.length > 0; bytes = in.readNBytes(BUFFER)) {
                digest.update(bytes);
                await(put.write(Buffer.buffer(bytes)));
            }
            await(put.end());
            await(put.response().compose(WorkerUnit::successful));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private Future<Void> fetch(Path file) {
        // Composed on the context of the request: what arrives before the pause would be lost.
        return request(HttpMethod.GET, order.input())
                .compose(opened -> opened.send().compose(WorkerUnit::successful).compose(answer -> {
                    answer.pause();
                    OpenOptions options = new OpenOptions().setWrite(true).setCreateNew(true);
                    return vertx.fileSystem().open(file.toString(), options).compose(answer::pipeTo);
                }));
    }

    private Future<HttpClientRequest> request(HttpMethod method, String url) {
        return client.request(method, url).onSuccess(opened -> {
            opened.exceptionHandler(failure -> LOG.debugf("transfer of a unit failed: reason=%s", failure));
            transfers.add(opened);
            if (abandoned) {
                opened.reset();
            }
        });
    }

    private static Future<HttpClientResponse> successful(HttpClientResponse answer) {
        return answer.statusCode() / 100 == 2
                ? Future.succeededFuture(answer)
                : Future.failedFuture("the gateway answers with " + answer.statusCode());
    }

    /** Waits for a step of a transfer. */
    private static <T extends @Nullable Object> T await(Future<T> step) throws IOException {
        return result(completable(step));
    }

    private static <T extends @Nullable Object> CompletableFuture<T> completable(Future<T> step) {
        return step.toCompletionStage().toCompletableFuture();
    }

    private static <T extends @Nullable Object> T result(CompletableFuture<T> transfer) throws IOException {
        try {
            return transfer.join();
        } catch (CompletionException failed) {
            throw new IOException(failed.getCause());
        }
    }

    private void abandon() {
        abandoned = true;
        LOG.debugf("unit abandoned by its gateway: gateway=%s, request=%s", gateway, order.request());
        work.cancel(id);
        transfers.forEach(HttpClientRequest::reset);
    }

    private synchronized void report(UnitReport report) {
        if (!abandoned && !finished) {
            var _ = response.write(line(report));
        }
    }

    private static String line(UnitReport report) {
        return ClusterMessages.json(report) + "\n";
    }
}
