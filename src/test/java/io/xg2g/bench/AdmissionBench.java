package io.xg2g.bench;

import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.service.RunningService;
import io.xg2g.storage.TemporaryDirectory;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Benchmark of the rate limits: requests per second with and without them. */
final class AdmissionBench {
    private static final Pattern SEGMENT = Pattern.compile("^\\d+\\.m4s$", Pattern.MULTILINE);

    private AdmissionBench() {}

    static void run(PrintStream out) throws Exception {
        Path temp = TemporaryDirectory.create("xg2g-bench");
        try (RunningService with = start(temp.resolve("with"), true);
                RunningService without = start(temp.resolve("without"), false)) {
            out.printf(
                    "| %d connections | without limits, a second | with limits, a second | ratio | target |%n",
                    HttpLoad.CLIENTS);
            out.println("| --- | --- | --- | --- | --- |");
            HttpLoad.compare(out, "an audio segment", with, segments(with), without, segments(without));
            List<String> state = List.of("/api/v1/queue");
            HttpLoad.compare(out, "`GET /api/v1/queue`", with, state, without, state);
        }
    }

    /** A channel without video, so that little else runs during the measurement. No limit is reached. */
    private static RunningService start(Path work, boolean limits) {
        return RunningService.start(
                work,
                Map.of(
                        "xg2g.rate-limit.enabled", Boolean.toString(limits),
                        "xg2g.rate-limit.playback-rate", "1000000",
                        "xg2g.rate-limit.playback-burst", "1000000",
                        "xg2g.live.window", "10m",
                        "xg2g.live.idle-timeout", "1h",
                        "xg2g.live.channels.radio.url",
                                TestMedia.audioOnly().toUri().toString()));
    }

    private static List<String> segments(RunningService service) {
        String playlist = "/live/radio/audio/media.m3u8";
        List<String> segments = new ArrayList<>();
        while (segments.isEmpty()) {
            Matcher segment =
                    SEGMENT.matcher(RunningService.get(service.api(playlist)).body());
            while (segment.find()) {
                segments.add(playlist.replace("media.m3u8", segment.group()));
            }
        }
        return segments;
    }
}
