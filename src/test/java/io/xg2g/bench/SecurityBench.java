package io.xg2g.bench;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.service.RunningService;
import io.xg2g.storage.TemporaryDirectory;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Benchmark of authentication and rate limits: the service with both compared with one without. */
final class SecurityBench {
    private static final String TOKEN = "xg2g_" + "b".repeat(40);
    private static final Pattern MEDIA = Pattern.compile("audio/media\\.m3u8[^\\s\"]*");
    private static final Pattern SEGMENT = Pattern.compile("\\d+\\.m4s\\S*");

    private SecurityBench() {}

    static void run(PrintStream out) throws Exception {
        Path temp = TemporaryDirectory.create("xg2g-bench");
        Map<String, String> guards = Map.of(
                "xg2g.security.tokens.bench.sha256", hash(),
                "xg2g.security.tokens.bench.role", "viewer",
                "xg2g.rate-limit.enabled", "true",
                "xg2g.rate-limit.playback-rate", "1000000",
                "xg2g.rate-limit.playback-burst", "1000000");
        try (RunningService with = start(temp.resolve("with"), guards);
                RunningService without = start(temp.resolve("without"), Map.of("xg2g.rate-limit.enabled", "false"))) {
            out.printf(
                    "| %d connections | with neither, a second | with both, a second | ratio | target |%n",
                    HttpLoad.CLIENTS);
            out.println("| --- | --- | --- | --- | --- |");
            HttpLoad.compare(out, "an audio segment", with, segments(with), without, segments(without));
        }
    }

    /** A channel without video, so that little else runs during the measurement. No limit is reached. */
    private static RunningService start(Path work, Map<String, String> guards) {
        Map<String, String> configuration = new TreeMap<>(guards);
        configuration.put("xg2g.live.window", "10m");
        configuration.put("xg2g.live.idle-timeout", "1h");
        configuration.put(
                "xg2g.live.channels.radio.url", TestMedia.audioOnly().toUri().toString());
        return RunningService.start(work, configuration);
    }

    /** URLs as a player reads them: with a token if required. */
    private static List<String> segments(RunningService service) {
        HttpRequest begin = HttpRequest.newBuilder(service.api("/api/v1/channels/radio/playback"))
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        String playback = RunningService.send(begin, BodyHandlers.ofString()).body();
        URI master = service.api(new JsonObject(playback).getString("hls"));
        URI media = links(master, MEDIA).getFirst();
        return links(media, SEGMENT).stream()
                .limit(4)
                .map(uri -> uri.getQuery() == null ? uri.getPath() : uri.getPath() + "?" + uri.getQuery())
                .toList();
    }

    private static List<URI> links(URI from, Pattern pattern) {
        return pattern.matcher(RunningService.get(from).body())
                .results()
                .map(MatchResult::group)
                .map(from::resolve)
                .toList();
    }

    private static String hash() throws NoSuchAlgorithmException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.UTF_8)));
    }
}
