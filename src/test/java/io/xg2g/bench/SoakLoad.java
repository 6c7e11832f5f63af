package io.xg2g.bench;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.service.RunningService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Load of the soak test: clips, synchronous and asynchronous, faster than the machine encodes them; permanent and zapping
 * viewers; continuous streams; previews; event listeners; and clients that disconnect during each of these.
 */
final class SoakLoad {
    private static final List<String> CHANNELS = List.of("demo", "film", "sd1", "sd2");
    private static final String CLIPS = "/api/v1/transcodes/";
    private static final int ZAPPING = 3;

    private final RunningService service;
    private final LoadClients clients = new LoadClients();
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();

    SoakLoad(RunningService service) {
        this.service = service;
    }

    /** Configuration of the channels. */
    static Map<String, String> channels() {
        String film = ViewersBench.film().toUri().toString();
        String broadcast = ViewersBench.broadcast().toUri().toString();
        return Map.of(
                "xg2g.live.demo", "true",
                "xg2g.live.channels.film.url", film,
                "xg2g.live.channels.sd1.url", broadcast,
                "xg2g.live.channels.sd2.url", broadcast);
    }

    /** Clips per second that the machine encodes without other load. */
    static double capacity(RunningService service, Duration time) throws InterruptedException {
        SoakLoad load = new SoakLoad(service);
        int senders = Runtime.getRuntime().availableProcessors() * 2;
        for (int i = 0; i < senders; i++) {
            String stream = "capacity" + i;
            load.clients.start(stream, turn -> load.sendAndWait(stream, turn));
        }
        long began = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        load.clients.stop();
        return load.answers.getOrDefault("clip 200", 0) / ((System.nanoTime() - began) / 1e9);
    }

    /** Starts all clients, with this number of clips per second. */
    void start(double clipsPerSecond) {
        long pause = (long) (1e9 / clipsPerSecond);
        clients.start("clips", turn -> {
            clients.once("clip", number -> clip(turn));
            TimeUnit.NANOSECONDS.sleep(pause);
        });
        for (int i = 0; i < ZAPPING; i++) {
            ZappingViewer viewer = new ZappingViewer(service, CHANNELS, new Random(i));
            clients.start("zapping viewer", _ -> viewer.zap());
        }
        ZappingViewer staying = new ZappingViewer(service, List.of("demo"), new Random(ZAPPING));
        clients.start("viewer of one channel", _ -> staying.zap());
        clients.start("reader of stream.ts", turn -> leaveAfter(8, "/live/" + channel(turn) + "/stream.ts"));
        clients.start("reader of audio.aac", turn -> leaveAfter(5, "/live/" + channel(turn) + "/audio.aac"));
        clients.start("listener of a channel", turn -> leaveAfter(6, "/api/v1/streams/" + channel(turn) + "/events"));
        clients.start("previews of channels", turn -> {
            count("preview of a channel", get("/live/" + channel(turn) + "/preview.jpg"));
            Thread.sleep(1000);
        });
        clients.start("previews of clips", _ -> {
            count("preview of a clip", post("profile=preview", TestMedia.h264Interlaced()));
            Thread.sleep(2000);
        });
        clients.start("page and state", turn -> {
            count("page", get(turn % 2 == 0 ? "/" : "/api/v1/queue"));
            Thread.sleep(500);
        });
    }

    void stop() throws InterruptedException {
        clients.stop();
    }

    /** Number of responses by request and status. */
    Map<String, Integer> answers() {
        return new TreeMap<>(answers);
    }

    Map<String, Integer> errors() {
        return clients.errors();
    }

    private static String channel(int turn) {
        return CHANNELS.get(turn % CHANNELS.size());
    }

    /** Sends a clip: every fourth client disconnects, and every second one of the others uses the asynchronous API. */
    private void clip(int number) throws IOException, InterruptedException {
        String stream = "s" + number % 12;
        switch (number % 4) {
            case 0 -> {
                CompletableFuture<?> request = RunningService.sendAsync(
                        service.post("profile=720p&stream=" + stream, TestMedia.h264Interlaced())
                                .build(),
                        BodyHandlers.discarding());
                Thread.sleep(700);
                request.cancel(true);
            }
            case 1 -> sendAndFetch(number);
            default -> sendAndWait(stream, number);
        }
    }

    private void sendAndWait(String stream, int number) throws InterruptedException {
        int status = post("profile=480p&stream=" + stream, media(number));
        count("clip", status);
        if (status != 200) {
            Thread.sleep(500);
        }
    }

    /** Starts a transcode, reads its events, and fetches the result; every second client keeps or deletes it. */
    private void sendAndFetch(int number) throws IOException, InterruptedException {
        HttpResponse<String> accepted = RunningService.send(
                service.post("profile=480p", media(number))
                        .header("Prefer", "respond-async")
                        .build(),
                BodyHandlers.ofString());
        count("asynchronous clip", accepted.statusCode());
        if (accepted.statusCode() != 202) {
            return;
        }
        String path = CLIPS + new JsonObject(accepted.body()).getString("id");
        if (number % 8 == 1) {
            leaveAfter(2, path + "/events");
        }
        JsonObject job;
        String state;
        do {
            Thread.sleep(1000);
            job = new JsonObject(RunningService.get(service.api(path)).body());
            state = job.getString("state", "gone");
        } while (state.equals("queued") || state.equals("running"));
        String reason = state.equals("failed") || state.equals("dead")
                ? ", " + job.getJsonObject("problem").getString("code")
                : "";
        count("asynchronous clip is " + state + reason);
        if (state.equals("completed")) {
            count("rendition", get(path + "/renditions/480p"));
        }
        if (number % 8 == 1) {
            HttpRequest delete =
                    HttpRequest.newBuilder(service.api(path)).DELETE().build();
            count(
                    "deletion",
                    RunningService.send(delete, BodyHandlers.discarding()).statusCode());
        }
    }

    private static Path media(int number) {
        return switch (number % 3) {
            case 0 -> TestMedia.progressive();
            case 1 -> TestMedia.mpeg2();
            default -> TestMedia.h264Interlaced();
        };
    }

    /** Reads an endless response, and disconnects. */
    private void leaveAfter(int seconds, String path) throws InterruptedException {
        URI uri = service.api(path);
        CompletableFuture<HttpResponse<Void>> answer =
                RunningService.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
        Thread.sleep(Duration.ofSeconds(seconds));
        answer.cancel(true);
        count("left " + path.substring(path.lastIndexOf('/') + 1));
    }

    private int get(String path) {
        HttpRequest request = HttpRequest.newBuilder(service.api(path)).build();
        return RunningService.send(request, BodyHandlers.discarding()).statusCode();
    }

    private int post(String query, Path clip) {
        return RunningService.send(service.post(query, clip).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private void count(String request, int status) {
        count(request + " " + status);
    }

    private void count(String answer) {
        answers.merge(answer, 1, Integer::sum);
    }
}
