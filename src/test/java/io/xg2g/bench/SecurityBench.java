package io.xg2g.bench;

import io.vertx.core.json.JsonObject;
import io.xg2g.service.RunningService;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What it costs to ask for a playback's token: the same service with identities beside one without. */
final class SecurityBench {
    private static final int ROUNDS = 7;
    private static final String TOKEN = "xg2g_" + "b".repeat(40);
    private static final Pattern MEDIA = Pattern.compile("480p/media\\.m3u8\\S*");
    private static final Pattern SEGMENT = Pattern.compile("\\d+\\.m4s\\S*");
    private static final Pattern INIT = Pattern.compile("init-\\d+\\.mp4[^\"]*");

    private SecurityBench() {}

    static void run(PrintStream out) throws Exception {
        Path temp = Files.createTempDirectory("xg2g-bench");
        Map<String, String> identities =
                Map.of("xg2g.security.tokens.bench.sha256", hash(), "xg2g.security.tokens.bench.role", "viewer");
        try (RunningService free = start(temp.resolve("free"), Map.of());
                RunningService guarded = start(temp.resolve("guarded"), identities)) {
            out.println("| 8 connections | without, a second | with tokens, a second | ratio | target |");
            out.println("| --- | --- | --- | --- | --- |");
            compare(out, "init segments of 1 KiB", INIT, free, guarded);
            compare(out, "segments", SEGMENT, free, guarded);
        }
    }

    private static RunningService start(Path work, Map<String, String> more) {
        Map<String, String> configuration = new TreeMap<>(more);
        configuration.put("xg2g.live.demo", "true");
        configuration.put("xg2g.live.window", "10m");
        configuration.put("xg2g.live.idle-timeout", "10m");
        return RunningService.start(work, configuration);
    }

    /** In turns, so that both see the machine alike. */
    private static void compare(
            PrintStream out, String what, Pattern link, RunningService free, RunningService guarded) throws Exception {
        List<String> open = paths(free, link);
        List<String> closed = paths(guarded, link);
        List<Double> without = new ArrayList<>();
        List<Double> with = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            double one = LiveBench.rate(free.api("/").getPort(), open);
            double other = LiveBench.rate(guarded.api("/").getPort(), closed);
            if (round > 0) {
                without.add(one);
                with.add(other);
                ratios.add(other / one);
            }
        }
        out.printf(
                "| %s | %.0f | %.0f | %.2f | ≥ 0.9 |%n",
                what, LiveBench.median(without), LiveBench.median(with), LiveBench.median(ratios));
    }

    private static List<String> paths(RunningService service, Pattern link) {
        HttpRequest begin = HttpRequest.newBuilder(service.api("/api/v1/channels/demo/playback"))
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        String playback =
                RunningService.send(begin, BodyHandlers.ofString()).body();
        URI master = service.api(new JsonObject(playback).getString("hls"));
        URI media = links(master, MEDIA).getFirst();
        return links(media, link).stream()
                .limit(4)
                .map(uri -> uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()))
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
