package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.http.FreePort;
import io.xg2g.http.KeptSocket;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service manager keeps the listening socket while the program is started again: clients wait for it. */
class KeptSocketIT {
    private static final int CLIENTS = 8;

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final int port = FreePort.any();
    private final Map<String, String> settings = new TreeMap<>(ClusterClient.identities("ada"));

    @TempDir
    Path directory;

    private KeptSocket socket;
    private RunningService service;

    @BeforeEach
    void start() throws IOException {
        settings.put("quarkus.http.port", Integer.toString(port));
        socket = KeptSocket.listen(directory, port);
    }

    @AfterEach
    void close() {
        try {
            if (service != null) {
                service.close();
            }
        } finally {
            socket.close();
        }
    }

    private RunningService startService() {
        RunningService started = RunningService.launchBy(socket.prefix(), directory.resolve("work"), settings);
        started.awaitReady();
        return started;
    }

    @Test
    void noRequestFailsBeforeTheProgramIsStartedAndWhileItIsStoppedAndStarted() throws Exception {
        ConcurrentLinkedQueue<RawHttp.Answer> answers = new ConcurrentLinkedQueue<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                running.add(clients.submit(() -> {
                    while (!end.isDone()) {
                        answers.add(answer());
                        Thread.sleep(PAUSE);
                    }
                    return null;
                }));
            }
            try {
                service = startService();
                awaitMore(answers);
                stop();
                service = startService();
                awaitMore(answers);
            } finally {
                end.complete(null);
            }
            for (Future<?> client : running) {
                client.get();
            }
        }

        assertThat(answers.stream().map(RawHttp.Answer::status)).containsOnly(200);
    }

    private void stop() throws InterruptedException {
        service.terminate();
        assertThat(service.process().waitFor(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                .as(service.log())
                .isTrue();
        assertThat(service.process().exitValue()).as(service.log()).isZero();
        // Written after the server's end: standard output is still open.
        Awaitility.await().until(() -> service.log().contains("stopped in"));
        assertThat(service.log()).doesNotContain(" WARN ", " ERROR ");
    }

    private static void awaitMore(ConcurrentLinkedQueue<RawHttp.Answer> answers) {
        int before = answers.size();
        Awaitility.await().atMost(Patience.seconds(30)).until(() -> answers.size() > before + 10 * CLIENTS);
    }

    /** Sends a request on a connection of its own; returns its response. */
    private RawHttp.Answer answer() {
        String head = "GET /api/v1/queue HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAuthorization: Bearer "
                + ClusterClient.tokenOf("ada") + "\r\nConnection: close\r\n\r\n";
        try {
            return RawHttp.send(URI.create("http://127.0.0.1:" + port), head.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
