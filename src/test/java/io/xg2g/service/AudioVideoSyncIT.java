package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Audio and video of every kind of source are as far apart as in the source, measured by flashes and beeps. */
@Tag("nightly")
@ExtendWith(Services.Resolver.class)
class AudioVideoSyncIT {
    private static final Logger LOG = Logger.getLogger(AudioVideoSyncIT.class);
    private static final double MAX_MILLIS = 5;
    private static final int SECONDS = 12;

    /** A white frame and a beep of 100 ms once a second, not at the beginning, where the first ones could be cut off; 40 s. */
    private static final String FLASHES = "-f lavfi -i testsrc2=s=256x144:r=25:d=40 -f lavfi"
            + " -i aevalsrc=0.5*sin(2*PI*1000*t)*lt(mod(t+0.6\\,1)\\,0.1):s=48000:d=40"
            + " -vf drawbox=c=white:t=fill:enable=lt(mod(n+15\\,25)\\,1),format=yuv420p"
            + " -c:v libx264 -preset superfast -g 25 -bf 2 ";

    private static final Map<String, Path> FILES = Map.of(
            "mp4", TestMedia.encoded("flashes.mp4", FLASHES + "-c:a aac -ac 2 -f mp4"),
            "mkv", TestMedia.encoded("flashes.mkv", FLASHES + "-c:a libopus -ac 2 -f matroska"),
            "flv", TestMedia.encoded("flashes.flv", FLASHES + "-c:a libmp3lame -ar 44100 -ac 2 -f flv"),
            "mulaw", TestMedia.encoded("flashes-mulaw.mkv", FLASHES + "-c:a pcm_mulaw -ar 8000 -ac 1 -f matroska"),
            "ts", TestMedia.encoded("flashes.ts", FLASHES + "-c:a mp2 -ac 2 -f mpegts"));

    @TempDir
    static Path directory;

    private static FileServer server;
    private static RtspSource cameras;
    private static RunningService service;
    private static final Map<String, String> URLS = new LinkedHashMap<>();

    @BeforeAll
    static void start(Services services) throws IOException {
        for (String container : FILES.keySet()) {
            Files.copy(FILES.get(container), directory.resolve("film." + container));
        }
        Files.writeString(directory.resolve("hls.m3u8"), """
                #EXTM3U
                #EXT-X-TARGETDURATION:41
                #EXTINF:40,
                film.ts
                #EXT-X-ENDLIST
                """);
        server = FileServer.of(directory);
        for (String container : FILES.keySet()) {
            URLS.put(container, server.at("/film." + container));
        }
        URLS.put("hls", server.at("/hls.m3u8"));
        cameras = RtspSource.start(Map.of(
                "aac", rtsp("mp4", "qtdemux", "aacparse ! rtpmp4gpay pt=97"),
                "mulaw", rtsp("mulaw", "matroskademux", "rtppcmupay pt=0")));
        URLS.put("rtsp-aac", cameras.url("aac"));
        URLS.put("rtsp-mulaw", cameras.url("mulaw"));
        service = services.own(Map.of());
    }

    private static String rtsp(String file, String demuxer, String audio) {
        return "filesrc location=" + FILES.get(file) + " ! " + demuxer + " name=film"
                + " film.video_0 ! queue ! h264parse config-interval=-1 ! rtph264pay name=pay0 pt=96 config-interval=1"
                + " film.audio_0 ! queue ! " + audio + " name=pay1 ";
    }

    @AfterAll
    static void end() {
        if (cameras != null) {
            cameras.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"mp4,mp4", "mkv,mkv", "mulaw,mulaw", "flv,flv", "ts,ts", "hls,ts", "rtsp-aac,mp4", "rtsp-mulaw,mulaw"})
    void audioAndVideoKeepTheirOffset(String source, String file) throws IOException {
        Path original = FILES.get(file);
        double expected = AudioVideoOffset.median(AudioVideoOffset.offsets(original, original));
        assertThat(LiveChannels.add(service, source, URLS.get(source)).statusCode())
                .isEqualTo(201);
        try {
            for (String mode : List.of("audio_proxy", "gpu")) {
                Path recording = record(source, mode);
                List<Double> offsets = AudioVideoOffset.offsets(recording, recording);
                LOG.infof("%s, %s; in the source %.1f ms: %s", source, mode, expected, offsets);
                assertThat(offsets)
                        .as("%s, %s; in the source %s ms", source, mode, expected)
                        .hasSizeGreaterThan(3)
                        .allSatisfy(
                                offset -> assertThat(offset).isBetween(expected - MAX_MILLIS, expected + MAX_MILLIS));
            }
        } finally {
            LiveChannels.remove(service, source);
        }
    }

    private static Path record(String source, String mode) throws IOException {
        HttpResponse<InputStream> response = RunningService.send(
                HttpRequest.newBuilder(service.api("/live/" + source + "/stream.ts?mode=" + mode))
                        .build(),
                BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).as("%s, %s", source, mode).isEqualTo(200);
        Path recording = directory.resolve(source + "-" + mode + ".ts");
        long end = System.nanoTime() + Patience.seconds(SECONDS).toNanos();
        byte[] buffer = new byte[65_536];
        try (InputStream in = response.body();
                var out = Files.newOutputStream(recording)) {
            for (int n = in.read(buffer); n > 0 && System.nanoTime() < end; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        }
        return recording;
    }
}
