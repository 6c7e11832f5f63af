package io.xg2g.service;

import static io.xg2g.service.WatchedChannel.await;
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
        try (RunningService service = RunningService.start(directory.resolve("work"), Map.of());
                WatchedChannel tv = WatchedChannel.start(service, Clips.h264())) {
            tv.source().play(Clips.radio());
            await("no video").until(() -> noSignal(service));
            tv.awaitMore(5);
            assertThat(noSignal(service)).isTrue();
            tv.source().play(Clips.h264());
            await("video").until(() -> !noSignal(service));
            tv.awaitMore(4);

            assertThat(service.metric("xg2g_live_slate_seconds_total", "channel=\"tv\""))
                    .isGreaterThan(6);
            assertThat(tv.viewer().video().gaps()).isZero();
            assertThat(tv.viewer().video().discontinuities()).isZero();
            assertThat(tv.viewer().video().inits()).isEqualTo(1);
            assertThat(tv.viewer().violations()).isEmpty();
        }
    }

    private static boolean noSignal(RunningService service) {
        return new JsonArray(RunningService.get(service.api("/api/v1/streams")).body())
                .getJsonObject(0)
                .containsKey("noSignalSince");
    }
}
