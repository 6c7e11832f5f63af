package io.xg2g.service;

import io.xg2g.delivery.DashRules;
import io.xg2g.delivery.HlsRules;
import io.xg2g.http.FreePort;
import io.xg2g.http.KeptSocket;
import io.xg2g.media.MalformedMedia;
import io.xg2g.service.MatrixPlayer.Protocol;
import io.xg2g.service.PlayerTable.Cell;
import io.xg2g.service.Scenario.Times;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A service with one channel, whose pictures are numbered, and players of it in one scenario after the other. */
final class PlayerStage implements AutoCloseable {
    private static final String CHANNEL = "tv";
    private static final int START_SECONDS = 25;
    private static final int PLAYED_SECONDS = 3;
    private static final int AFTERWARDS_SECONDS = 8;
    private static final int SAID = 100;
    private static final int EPOCHS = 10;
    private static final int EPOCH_SECONDS = 4;
    private static final long POLL_MILLIS = 100;
    private static final double NANOS = 1e9;

    private final Path directory;
    private final Map<String, String> settings;
    private final PlayerPages pages;
    private final TsServer source;
    private final int port = FreePort.any();
    private final Chromium browser;
    private final HlsViewer viewer;
    private RunningService service;
    private @Nullable KeptSocket socket;

    private PlayerStage(Path directory) throws IOException {
        this.directory = directory;
        pages = PlayerPages.start();
        PictureCounter.large();
        source = TsServer.start(PictureCounter.small(), PictureCounter.SECONDS);
        settings = Map.of(
                "quarkus.http.port",
                Integer.toString(port),
                "quarkus.management.port",
                Integer.toString(FreePort.any()),
                "xg2g.live.channels." + CHANNEL + ".url",
                source.uri().toString(),
                "xg2g.live.channels-file",
                directory.resolve("channels.json").toString(),
                "quarkus.http.cors.enabled",
                "true",
                "quarkus.http.cors.origins",
                pages.origin());
        service = startService();
        browser = Chromium.start(directory);
        // Another viewer keeps the channel running, so that a player finds a playlist of full length.
        viewer = HlsViewer.watch(service, CHANNEL);
    }

    static PlayerStage start(Path directory) throws IOException {
        PlayerStage stage = new PlayerStage(directory);
        stage.await(2 * START_SECONDS, () -> stage.viewer.video().segments() >= 2 * EPOCHS);
        return stage;
    }

    private RunningService startService() {
        RunningService started = RunningService.launchBy(
                socket == null ? List.of() : socket.prefix(), directory.resolve("work"), settings);
        started.awaitReady();
        return started;
    }

    private void kill() {
        service.process().destroyForcibly().onExit().join();
    }

    /** Starts the service again with a socket of its own, or one that is kept, if it has the other. */
    private void listenFor(Scenario scenario) {
        boolean kept = scenario == Scenario.RESTART_KEPT_SOCKET;
        if (kept == (socket != null)) {
            return;
        }
        kill();
        closeSocket();
        if (kept) {
            try {
                socket = KeptSocket.listen(Files.createTempDirectory(directory, "socket"), port);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        service = startService();
        long segments = viewer.video().segments();
        await(2 * START_SECONDS, () -> viewer.video().segments() >= segments + EPOCHS);
    }

    private void closeSocket() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    /** Plays with some players at once; returns what was seen of each. */
    Map<Cell, String> run(Scenario scenario, List<Cell> cells) {
        listenFor(scenario);
        Map<Cell, MatrixPlayer> players = new LinkedHashMap<>();
        Map<Cell, Long> started = new LinkedHashMap<>();
        try {
            for (Cell cell : cells) {
                started.put(cell, System.nanoTime());
                players.put(cell, cell.player().start(url(cell.protocol()), browser, pages, directory));
            }
            Predicate<Cell> plays =
                    cell -> players.get(cell).shown().advanced(started.get(cell), System.nanoTime()) >= PLAYED_SECONDS;
            await(START_SECONDS, () -> cells.stream().allMatch(plays));
            Map<Cell, String> results = new LinkedHashMap<>();
            Map<Cell, MatrixPlayer> playing = new LinkedHashMap<>();
            for (Cell cell : cells) {
                if (!plays.test(cell)) {
                    boolean any = players.get(cell).shown().latest().isPresent();
                    results.put(cell, with(any ? "stands still after the start" : "no picture", players.get(cell)));
                } else if (scenario == Scenario.START) {
                    results.put(cell, started(players.get(cell), started.get(cell)));
                } else {
                    playing.put(cell, players.get(cell));
                }
            }
            if (!playing.isEmpty()) {
                disturb(scenario, playing, results);
            }
            return results;
        } finally {
            players.values().forEach(MatrixPlayer::close);
        }
    }

    private String started(MatrixPlayer player, long started) {
        return String.format(
                Locale.ROOT,
                "plays (%.1f s, %.1f s)",
                player.shown().firstAfter(started).orElseThrow(),
                (double) PictureCounter.ahead(player.shown().latest().orElseThrow(), number()) / PictureCounter.RATE);
    }

    private static String with(String result, MatrixPlayer player) {
        // Without what differs in every run: addresses in memory and of the service.
        String said = player.said()
                .replaceAll("\\[?(@ )?(0x)?[0-9a-f]{10,}\\]?|http://[0-9.:]+|[|<>`]", "")
                .replaceAll("\\s+", " ")
                .strip();
        return said.isBlank() ? result : result + ": " + said.substring(0, Math.min(SAID, said.length()));
    }

    private void disturb(Scenario scenario, Map<Cell, MatrixPlayer> playing, Map<Cell, String> results) {
        long began = System.nanoTime();
        if (scenario == Scenario.SEEK_BACK) {
            sleep(Scenario.BACK);
            began = System.nanoTime();
        }
        int before = number();
        Map<Cell, String> refused = new LinkedHashMap<>();
        act(scenario, playing, refused);
        long over = System.nanoTime();
        int number = number();
        Times disturbance = new Times(began, over, over, before, number);
        awaitReturn(scenario, playing, disturbance);
        sleep(scenario == Scenario.WATCH ? 0 : AFTERWARDS_SECONDS);
        long ended = System.nanoTime();
        for (Map.Entry<Cell, MatrixPlayer> one : playing.entrySet()) {
            Times times = disturbance.endingAt(ended);
            String result = scenario.judge(one.getValue().shown(), times);
            results.put(
                    one.getKey(),
                    refused.getOrDefault(one.getKey(), result.equals("plays") ? result : with(result, one.getValue())));
        }
        if (scenario == Scenario.EPOCHS) {
            source.playFromKeyframe(PictureCounter.small());
        }
    }

    /** Waits until the players show what the source had when the disturbance was over, or should have shown it. */
    private void awaitReturn(Scenario scenario, Map<Cell, MatrixPlayer> playing, Times times) {
        double behind = playing.values().stream()
                .mapToDouble(player -> times.behind(player.shown()))
                .max()
                .orElse(0);
        switch (scenario) {
            case SOURCE_AWAY, RESTART, RESTART_KEPT_SOCKET, EPOCHS ->
                await(
                        Scenario.RETURN + behind,
                        () -> playing.values().stream()
                                .allMatch(
                                        player -> times.returned(player.shown()).isPresent()));
            case PAUSE ->
                await(
                        Scenario.RETURN,
                        () -> playing.values().stream()
                                .allMatch(player ->
                                        player.shown().firstAfter(times.over()).isPresent()));
            default -> {
                // They play on.
            }
        }
    }

    private void act(Scenario scenario, Map<Cell, MatrixPlayer> playing, Map<Cell, String> refused) {
        switch (scenario) {
            case START -> {
                // Nothing more.
            }
            case WATCH -> sleep(60);
            case PAUSE -> {
                playing.values().forEach(MatrixPlayer::pause);
                sleep(60);
                playing.values().forEach(MatrixPlayer::resume);
            }
            case SEEK_BACK -> playing.values().forEach(player -> player.seekBack(Scenario.BACK));
            case SOURCE_AWAY -> {
                source.refuse();
                sleep(10);
                source.listen();
            }
            case RESTART, RESTART_KEPT_SOCKET -> {
                kill();
                sleep(3);
                service = startService();
            }
            case EPOCHS -> {
                for (int epoch = 0; epoch < EPOCHS; epoch++) {
                    source.playFromKeyframe(epoch % 2 == 0 ? PictureCounter.large() : PictureCounter.small());
                    sleep(EPOCH_SECONDS);
                }
            }
            case AUDIO ->
                playing.forEach((cell, player) -> {
                    int tracks = player.audioTracks();
                    if (tracks < 2) {
                        refused.put(cell, "audio tracks: " + tracks);
                    } else {
                        player.chooseSecondAudio();
                    }
                });
        }
    }

    private String url(Protocol protocol) {
        return channel(protocol.file()).toString();
    }

    private URI channel(String file) {
        return service.api("/live/" + CHANNEL + "/" + file);
    }

    /** Returns which rules of HLS and DASH are violated by what is served now. */
    List<String> violations() {
        try {
            List<String> violations = new ArrayList<>(HlsRules.violations(Protocol.HLS.file(), this::fetch));
            violations.addAll(DashRules.violations(Protocol.DASH.file(), this::fetch));
            return violations;
        } catch (MalformedMedia | AssertionError broken) {
            return List.of(broken.toString());
        }
    }

    private byte[] fetch(String file) {
        return RunningService.send(HttpRequest.newBuilder(channel(file)).build(), BodyHandlers.ofByteArray())
                .body();
    }

    /** Number of the picture that the source sends. */
    private int number() {
        return (int) (source.position() * PictureCounter.RATE);
    }

    private static void sleep(long seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }

    /** Waits for a condition at most for that long; what is wrong is judged by the pictures. */
    private void await(double seconds, BooleanSupplier condition) {
        long end = System.nanoTime() + (long) (seconds * NANOS);
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new AssertionError(stop);
            }
        }
    }

    @Override
    public void close() {
        try {
            Files.writeString(Path.of("target", "players.log"), service.log());
        } catch (IOException full) {
            throw new AssertionError(full);
        } finally {
            viewer.close();
            browser.close();
            service.close();
            closeSocket();
            source.close();
            pages.close();
        }
    }
}
