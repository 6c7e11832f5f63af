package io.xg2g.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.Pipe;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.storage.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Files of the units that workers encode for this gateway: serves their inputs, and receives their renditions into files {@code
 * *.part}. Each attempt has its own URLs; those of an attempt that has ended are answered with 410. Thread-safe.
 */
final class UnitFiles {
    /** Of signed URLs; an attempt that takes longer fails. */
    private static final Duration VALIDITY = Duration.ofHours(12);

    private static final Logger LOG = Logger.getLogger(UnitFiles.class);
    private static final String PATH = InnerServer.ROOT + "files/";
    private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]{1,8}");
    private static final int BUFFER = 64 << 10;
    private static final int GONE = 410;
    private static final int NO_CONTENT = 204;
    private static final int INSUFFICIENT_STORAGE = 507;

    private final Signatures signatures;
    private final Function<Path, Future<AsyncFile>> opener;
    private final Map<String, Attempt> open = new ConcurrentHashMap<>();

    UnitFiles(Vertx vertx, Signatures signatures) {
        this(
                signatures,
                part -> vertx.fileSystem()
                        .open(
                                part.toString(),
                                new OpenOptions().setWrite(true).setCreate(true).setTruncateExisting(true)));
    }

    /**
     * Creates them.
     *
     * @param opener opens an empty file for writing; does not block
     */
    UnitFiles(Signatures signatures, Function<Path, Future<AsyncFile>> opener) {
        this.signatures = signatures;
        this.opener = opener;
    }

    /** Adds the routes. */
    void serve(Router router) {
        router.get(PATH + ":attempt/input").handler(this::send);
        router.put(PATH + ":attempt/results/:number").handler(this::receive);
    }

    /** Opens the files of an attempt, until it is closed. */
    Attempt open(TranscodeUnit unit) {
        Attempt attempt = new Attempt(unit);
        open.put(attempt.id, attempt);
        return attempt;
    }

    /** Files of one attempt. */
    final class Attempt {
        private final String id = UUID.randomUUID().toString();
        private final TranscodeUnit unit;
        private final List<String> names;

        /** Renditions that are being received; guarded by this. */
        private final Map<HttpServerRequest, Future<Void>> receiving = new HashMap<>();

        /** Guarded by this. */
        private boolean closed;

        /** Guarded by this. */
        private boolean diskFailing;

        private Attempt(TranscodeUnit unit) {
            this.unit = unit;
            this.names = UnitOrder.names(unit);
        }

        /** Returns the signed URL of the input. */
        String input(String origin) {
            return origin + signatures.url("GET", PATH + id + "/input", VALIDITY);
        }

        /** Returns the signed URLs for the renditions, by their names. */
        Map<String, String> results(String origin) {
            Map<String, String> urls = new LinkedHashMap<>();
            for (int number = 0; number < names.size(); number++) {
                urls.put(names.get(number), origin + signatures.url("PUT", PATH + id + "/results/" + number, VALIDITY));
            }
            return urls;
        }

        private Path part(String name) {
            return unit.outputDirectory().resolve(name + ".part");
        }

        /**
         * Checks sizes and digests of the renditions, and gives the files their names. Blocks; after the attempt was closed.
         *
         * @throws IOException if they are not what the worker has sent
         */
        List<Rendition> accept(List<UnitReport.Output> outputs) throws IOException {
            if (!outputs.stream().map(UnitReport.Output::name).toList().equals(names)) {
                throw new IOException("other renditions than those of the profile");
            }
            for (UnitReport.Output output : outputs) {
                Path part = part(output.name());
                if (!EXTENSION.matcher(output.extension()).matches()
                        || Files.size(part) != output.bytes()
                        || !sha256(part).equals(output.sha256())) {
                    throw new IOException("size or digest of a rendition differ: rendition=" + output.name());
                }
            }
            List<Rendition> renditions = new ArrayList<>();
            for (UnitReport.Output output : outputs) {
                Path file = unit.outputDirectory().resolve(output.name() + "." + output.extension());
                renditions.add(new Rendition(
                        output.name(),
                        Files.move(part(output.name()), file, StandardCopyOption.ATOMIC_MOVE),
                        output.contentType(),
                        output.bytes(),
                        output.width(),
                        output.height(),
                        output.duration()));
            }
            return renditions;
        }

        /** Deletes what was received. Blocks; after the attempt was closed. */
        void delete() {
            for (String name : names) {
                try {
                    Files.deleteIfExists(part(name));
                } catch (IOException undeleted) {
                    LOG.debug("rendition of a worker not deleted", undeleted);
                }
            }
        }

        /** Finds out whether the input can be read. Blocks. */
        private void checkInput() {
            try (InputStream in = Files.newInputStream(unit.input())) {
                in.read();
            } catch (IOException unreadable) {
                LOG.warnf("input of a unit not read: reason=%s", unreadable);
                synchronized (this) {
                    diskFailing = true;
                }
            }
        }

        /** Returns whether the input could not be read from the disk, or a rendition not be written to it. */
        synchronized boolean isDiskFailing() {
            return diskFailing;
        }

        /** Ends what is being received, and refuses what comes later; completes when nothing is written any more. */
        Future<Void> close() {
            open.remove(id);
            List<HttpServerRequest> late;
            List<Future<Void>> ends;
            synchronized (this) {
                closed = true;
                late = new ArrayList<>(receiving.keySet());
                ends = new ArrayList<>(receiving.values());
            }
            late.forEach(request -> request.connection().close());
            return Future.join(ends).transform(_ -> Future.succeededFuture());
        }

        private void receive(RoutingContext exchange, String name) {
            HttpServerRequest request = exchange.request().pause();
            Future<Void> received;
            synchronized (this) {
                if (closed) {
                    refuse(exchange, GONE);
                    return;
                }
                // Before the file is opened: the end of a connection is told only to handlers that are there.
                Pipe<Buffer> body = request.pipe();
                received = opener.apply(part(name)).compose(body::to);
                receiving.put(request, received);
            }
            received.onComplete(end -> {
                boolean fails = end.failed() && !request.response().closed();
                synchronized (this) {
                    receiving.remove(request);
                    diskFailing |= fails;
                }
                if (end.succeeded()) {
                    exchange.response().setStatusCode(NO_CONTENT).end();
                } else if (fails) {
                    LOG.warnf("rendition of a worker not written: reason=%s", end.cause());
                    refuse(exchange, INSUFFICIENT_STORAGE);
                }
            });
        }
    }

    private void send(RoutingContext exchange) {
        Attempt attempt = open.get(exchange.pathParam("attempt"));
        if (attempt == null) {
            refuse(exchange, GONE);
            return;
        }
        // Opens the file.
        Thread.ofVirtual()
                .name("unit-input")
                .start(() -> exchange.response()
                        .sendFile(attempt.unit.input().toString())
                        .onFailure(failure -> {
                            LOG.debugf("input not sent: reason=%s", failure);
                            // Its disk, or the worker.
                            Thread.startVirtualThread(() -> {
                                attempt.checkInput();
                                exchange.response().reset();
                            });
                        }));
    }

    private void receive(RoutingContext exchange) {
        Attempt attempt = open.get(exchange.pathParam("attempt"));
        int number = number(String.valueOf(exchange.pathParam("number")));
        if (attempt == null || number < 0 || number >= attempt.names.size()) {
            refuse(exchange, GONE);
        } else {
            attempt.receive(exchange, attempt.names.get(number));
        }
    }

    /** Returns the SHA-256 of a file in lower-case hexadecimal. Blocks. */
    private static String sha256(Path file) throws IOException {
        MessageDigest digest = Sha256.begin();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static int number(String text) {
        return text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
    }

    /** Answers, and does not wait for the rest of the body. */
    private static void refuse(RoutingContext exchange, int status) {
        exchange.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end();
    }
}
