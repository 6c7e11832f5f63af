package io.xg2g.bench;

import io.xg2g.service.RunningService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Viewer that opens one channel after the other for 4 to 15 s each, and fetches the best rendition and the audio as they
 * are published.
 */
final class ZappingViewer {
    /** Maximum wait of a viewer before the next zap. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final RunningService service;
    private final List<String> channels;
    private final Random random;
    private final Map<String, List<Double>> seconds = new TreeMap<>();
    private int refused;

    ZappingViewer(RunningService service, List<String> channels, Random random) {
        this.service = service;
        this.channels = channels;
        this.random = random;
    }

    /** Times to the first segment; the maximum wait if there was none. */
    List<Double> seconds(List<String> of) {
        return seconds.entrySet().stream()
                .filter(entry -> of.contains(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream())
                .toList();
    }

    /** Number of refusals for lack of capacity. */
    int refused() {
        return refused;
    }

    /** Plays one channel. */
    void zap() throws IOException, InterruptedException {
        String channel = channels.get(random.nextInt(channels.size()));
        long stays = TimeUnit.MILLISECONDS.toNanos(4000 + random.nextInt(11_000));
        long began = System.nanoTime();
        String base = "/live/" + channel + "/";
        String master = "";
        while (master.isEmpty() && System.nanoTime() - began < PATIENCE.toNanos()) {
            HttpResponse<String> answer = get(base + "master.m3u8", BodyHandlers.ofString());
            if (answer.body().contains("too-many-streams")) {
                refused++;
                Thread.sleep(2000);
                return;
            }
            if (answer.statusCode() == 200) {
                master = answer.body();
            } else {
                Thread.sleep(500);
            }
        }
        String rendition = master.lines()
                .filter(line -> line.endsWith("media.m3u8"))
                .findFirst()
                .orElse("");
        double first = rendition.isEmpty() ? Double.NaN : play(base, rendition, began, began + stays);
        seconds.computeIfAbsent(channel, _ -> Collections.synchronizedList(new ArrayList<>()))
                .add(Double.isNaN(first) ? PATIENCE.toSeconds() : first);
    }

    /** Plays until the end time; returns the time of the first segment. */
    private double play(String base, String rendition, long began, long until)
            throws IOException, InterruptedException {
        double first = Double.NaN;
        String directory = base + rendition.replace("media.m3u8", "");
        String last = "";
        while (System.nanoTime() < until || (Double.isNaN(first) && System.nanoTime() - began < PATIENCE.toNanos())) {
            String newest =
                    newest(get(base + rendition, BodyHandlers.ofString()).body());
            if (!newest.isEmpty() && !newest.equals(last)) {
                last = newest;
                int status = get(directory + newest, BodyHandlers.discarding()).statusCode();
                if (status == 200 && Double.isNaN(first)) {
                    first = (System.nanoTime() - began) / 1e9;
                }
            }
            Thread.sleep(Double.isNaN(first) ? 200 : 1000);
        }
        return first;
    }

    /** The latest segment that is not a gap. */
    static String newest(String playlist) {
        String newest = "";
        boolean gap = false;
        for (String line : playlist.lines().toList()) {
            if (line.equals("#EXT-X-GAP")) {
                gap = true;
            } else if (line.endsWith(".m4s")) {
                newest = gap ? newest : line;
                gap = false;
            }
        }
        return newest;
    }

    private <T> HttpResponse<T> get(String path, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        URI uri = service.api(path);
        return http.send(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build(), handler);
    }
}
