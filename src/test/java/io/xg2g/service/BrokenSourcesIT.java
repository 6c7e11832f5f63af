package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A channel beside twelve whose sources are broken, each in its own way. */
@Tag("alone")
@Tag("nightly")
class BrokenSourcesIT {
    private static final int PACKET = 188;
    private static final int AUDIO_PID = 0x101;
    private static final int SEGMENTS = 15;

    @TempDir
    static Path directory;

    @Test
    void theChannelMissesNoSegment() throws IOException {
        List<TsServer> servers = new ArrayList<>();
        try (RunningService service = RunningService.start(
                        directory.resolve("work"),
                        Map.of(
                                "xg2g.live.channels-file",
                                directory.resolve("channels.json").toString(),
                                "xg2g.live.idle-timeout",
                                "5m"));
                WatchedChannel good = WatchedChannel.start(service, Clips.h264())) {
            long gaps = gaps(good);
            broken(servers).forEach((id, url) -> {
                assertThat(LiveChannels.add(service, id, url.toString()).statusCode())
                        .isEqualTo(201);
                Thread.ofVirtual().start(() -> request(service, id));
            });

            good.awaitMore(SEGMENTS);

            assertThat(good.viewer().violations()).isEmpty();
            assertThat(gaps(good)).isEqualTo(gaps);
        } finally {
            servers.forEach(TsServer::close);
        }
    }

    private static long gaps(WatchedChannel channel) {
        return (long) channel.viewer().video().gaps() + channel.viewer().audio().gaps();
    }

    private static void request(RunningService service, String channel) {
        RunningService.send(
                HttpRequest.newBuilder(service.api("/live/" + channel + "/master.m3u8"))
                        .build(),
                BodyHandlers.discarding());
    }

    private static Map<String, URI> broken(List<TsServer> servers) throws IOException {
        Map<String, Consumer<TsServer>> faults = new LinkedHashMap<>();
        faults.put("hangs", server -> server.answer(TsServer.Answer.HANG));
        faults.put("silent", server -> server.answer(TsServer.Answer.SILENCE));
        faults.put("html", server -> server.answer(TsServer.Answer.HTML));
        faults.put("missing", server -> server.answer(TsServer.Answer.NOT_FOUND));
        faults.put("refused", TsServer::refuse);
        faults.put("scrambled", server -> server.scramble(true));
        faults.put("damaged", server -> server.damage(0.4));
        faults.put("stuffed", server -> server.stuff(2_000));
        faults.put("misleading", TsServer::misleadAudio);
        Map<String, URI> urls = new LinkedHashMap<>();
        faults.forEach(
                (id, fault) -> urls.put(id, start(servers, Clips.h264(), fault).uri()));
        urls.put("no-audio", start(servers, without(AUDIO_PID), _ -> {}).uri());
        urls.put("no-map", start(servers, without(0x1000), _ -> {}).uri());
        int rtsp = start(servers, Clips.h264(), server -> server.answer(TsServer.Answer.HANG))
                .uri()
                .getPort();
        urls.put("silent-camera", URI.create("rtsp://127.0.0.1:" + rtsp + "/1"));
        return urls;
    }

    private static TsServer start(List<TsServer> servers, Path clip, Consumer<TsServer> fault) {
        TsServer server = TsServer.start(clip);
        servers.add(server);
        fault.accept(server);
        return server;
    }

    /** Returns a clip without the packets of a PID. */
    private static Path without(int pid) throws IOException {
        byte[] clip = Files.readAllBytes(Clips.h264());
        byte[] rest = new byte[clip.length];
        int length = 0;
        for (int at = 0; at < clip.length; at += PACKET) {
            if (((clip[at + 1] & 0x1f) << 8 | clip[at + 2] & 0xff) != pid) {
                System.arraycopy(clip, at, rest, length, PACKET);
                length += PACKET;
            }
        }
        return Files.write(directory.resolve("without-" + pid + ".ts"), java.util.Arrays.copyOf(rest, length));
    }
}
