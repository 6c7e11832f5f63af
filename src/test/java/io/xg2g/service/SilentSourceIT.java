package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.TsPacket;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Players close a connection that is silent for some seconds: 10 or 15 by default. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SilentSourceIT {
    @TempDir
    Path directory;

    @Test
    void aViewerGetsNullPacketsWhileTheSourceIsAway() throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2());
                RunningService service = RunningService.start(
                        directory,
                        Map.of("xg2g.live.channels.tv.url", source.uri().toString()));
                InputStream viewer = RunningService.send(
                                HttpRequest.newBuilder(service.api("/live/tv/stream.ts?mode=standard"))
                                        .build(),
                                BodyHandlers.ofInputStream())
                        .body()) {
            awaitPacket(viewer, pid -> pid != 0 && pid != TsPacket.NULL_PID);

            source.refuse();
            awaitPacket(viewer, pid -> pid == TsPacket.NULL_PID);

            source.listen();
            awaitPacket(viewer, pid -> pid != TsPacket.NULL_PID);
        }
    }

    private static void awaitPacket(InputStream viewer, IntPredicate wanted) throws IOException {
        byte[] packet;
        do {
            packet = viewer.readNBytes(TsPacket.SIZE);
            assertThat(packet).hasSize(TsPacket.SIZE).startsWith(TsPacket.SYNC);
        } while (!wanted.test(TsPacket.pid(packet, 0)));
    }
}
