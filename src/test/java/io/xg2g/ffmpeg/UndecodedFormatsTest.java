package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.Vendor;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UndecodedFormatsTest {
    private static final Device GPU = new Device("gpu0", Vendor.AMD, "A GPU", 0, "/dev/dri/renderD128");
    private static final Device OTHER = new Device("gpu1", Vendor.AMD, "A GPU", 1, "/dev/dri/renderD129");
    private static final MediaInfo.Video DVB = new MediaInfo.Video("mpeg2video", 720, 576, "yuv420p", true, 25, 1.42);

    private final AtomicLong time = new AtomicLong();
    private final UndecodedFormats formats =
            new UndecodedFormats(Caffeine.newBuilder().ticker(time::get).executor(Runnable::run));

    @Test
    void aFormatIsThatOfOneDevice() {
        fail(UndecodedFormats.FAILURES);

        assertThat(formats.contains(GPU, DVB)).isTrue();
        assertThat(formats.contains(OTHER, DVB)).isFalse();
        assertThat(formats.contains(GPU, new MediaInfo.Video("h264", 720, 576, "yuv420p", true, 25, 1.42)))
                .isFalse();
        assertThat(formats.contains(GPU, new MediaInfo.Video("mpeg2video", 1920, 1080, "yuv420p", true, 25, 1)))
                .isFalse();
    }

    @Test
    void aDamagedInputIsNoFormat() {
        fail(UndecodedFormats.FAILURES - 1);
        assertThat(formats.contains(GPU, DVB)).isFalse();

        formats.decoded(GPU, DVB);
        fail(UndecodedFormats.FAILURES - 1);
        assertThat(formats.contains(GPU, DVB)).isFalse();
    }

    @Test
    void theDeviceIsTriedAgain() {
        fail(UndecodedFormats.FAILURES);
        time.addAndGet(UndecodedFormats.KEPT.toNanos());

        assertThat(formats.contains(GPU, DVB)).isFalse();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            formats.failed(GPU, DVB);
        }
    }
}
