package io.xg2g.service;

import static io.xg2g.service.WatchedChannel.await;
import static io.xg2g.service.WatchedChannel.awaitSegments;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source whose video stops, and returns, while its audio goes on. */
@Tag("nightly")
class VideoLossIT {
    @TempDir
    Path directory;

    @Test
    void theLastPictureIsShownMeanwhile() throws Exception {
        try (TsServer source = TsServer.start(Clips.h264());
                RunningService service = RunningService.start(
                        directory.resolve("work"),
                        Map.of("xg2g.live.channels.tv.url", source.uri().toString()));
                HlsViewer viewer = HlsViewer.watch(service, "tv")) {
            awaitSegments(viewer, 4);
            source.play(Clips.radio());
            await("no video").until(() -> noSignal(service));
            awaitSegments(viewer, viewer.video().segments() + 5);
            assertThat(noSignal(service)).isTrue();
            source.play(Clips.h264());
            await("video").until(() -> !noSignal(service));
            awaitSegments(viewer, viewer.video().segments() + 4);

            assertThat(service.metric("xg2g_live_slate_seconds_total", "channel=\"tv\""))
                    .isGreaterThan(6);
            assertThat(viewer.video().gaps()).isZero();
            assertThat(viewer.video().discontinuities()).isZero();
            assertThat(viewer.video().inits()).isEqualTo(1);
            assertThat(viewer.violations()).isEmpty();
        }
    }

    private static boolean noSignal(RunningService service) {
        return new JsonArray(RunningService.get(service.api("/api/v1/streams")).body())
                .getJsonObject(0)
                .containsKey("noSignalSince");
    }
}
