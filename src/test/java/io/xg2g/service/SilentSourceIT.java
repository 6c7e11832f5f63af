package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.AdtsHeader;
import io.xg2g.media.SilentAac;
import io.xg2g.media.TsPacket;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Players close a connection that is silent for some seconds: 10 or 15 by default. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SilentSourceIT {
    /** Length of an ADTS header without a checksum, in bytes. */
    private static final int HEADER = 7;

    @TempDir
    Path directory;

    @Test
    void viewersOfContinuousStreamsGetFillersWhileTheSourceIsAway() throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2());
                RunningService service = RunningService.start(
                        directory,
                        Map.of("xg2g.live.channels.tv.url", source.uri().toString(), "xg2g.live.slate", "0s"));
                InputStream standard = watch(service, "stream.ts?mode=standard");
                InputStream renditions = watch(service, "stream.ts?mode=gpu");
                InputStream audio = watch(service, "audio.aac")) {
            awaitPacket(standard, pid -> pid != 0 && pid != TsPacket.NULL_PID);
            awaitPacket(renditions, pid -> pid != 0 && pid != TsPacket.NULL_PID);
            awaitFrame(audio, false);

            source.refuse();
            awaitPacket(standard, pid -> pid == TsPacket.NULL_PID);
            awaitPacket(renditions, pid -> pid == TsPacket.NULL_PID);
            awaitFrame(audio, true);

            source.listen();
            awaitPacket(standard, pid -> pid != TsPacket.NULL_PID);
            awaitPacket(renditions, pid -> pid != TsPacket.NULL_PID);
            awaitFrame(audio, false);
        }
    }

    private static InputStream watch(RunningService service, String stream) throws Exception {
        return RunningService.send(
                        HttpRequest.newBuilder(service.api("/live/tv/" + stream))
                                .build(),
                        BodyHandlers.ofInputStream())
                .body();
    }

    private static void awaitPacket(InputStream viewer, IntPredicate wanted) throws IOException {
        byte[] packet;
        do {
            packet = viewer.readNBytes(TsPacket.SIZE);
            assertThat(packet).hasSize(TsPacket.SIZE).startsWith(TsPacket.SYNC);
        } while (!wanted.test(TsPacket.pid(packet, 0)));
    }

    private static void awaitFrame(InputStream viewer, boolean silent) throws IOException {
        byte[] frame;
        AdtsHeader header;
        do {
            byte[] head = viewer.readNBytes(HEADER);
            header = AdtsHeader.parse(head, 0).orElseThrow();
            frame = Arrays.copyOf(head, header.frameLength());
            assertThat(viewer.readNBytes(frame, HEADER, frame.length - HEADER)).isEqualTo(frame.length - HEADER);
        } while (Arrays.equals(frame, SilentAac.frame(header)) != silent);
    }
}
