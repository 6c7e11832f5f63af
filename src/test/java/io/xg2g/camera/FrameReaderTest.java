package io.xg2g.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.Jpeg;
import io.xg2g.media.JpegImages;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    private static final byte[] RED = JpegImages.image(64, 48, 0xff0000);
    private static final byte[] BLUE = JpegImages.image(160, 90, 0x0000ff);

    private final List<byte[]> images = new ArrayList<>();
    private final List<OptionalLong> times = new ArrayList<>();
    private final List<String> invalid = new ArrayList<>();

    private final FrameReader.Sink sink = new FrameReader.Sink() {
        @Override
        public void image(Jpeg image, OptionalLong nanos) {
            images.add(image.bytes());
            times.add(nanos);
        }

        @Override
        public void invalid(String reason) {
            invalid.add(reason);
        }
    };

    @Test
    void imagesHaveTheTimesOfTheirLines() {
        read(true, Images.head(), Images.framed(RED, 0), Images.framed(BLUE, 100), Images.framed(RED, -40));

        assertThat(images).containsExactly(RED, BLUE, RED);
        assertThat(times)
                .containsExactly(OptionalLong.of(0), OptionalLong.of(100_000_000), OptionalLong.of(-40_000_000));
        assertThat(invalid).isEmpty();
    }

    @Test
    void anImageThatDoesNotMatchItsLineIsNotPassedOn() {
        byte[] damaged = Images.framed(BLUE, 100);
        damaged[damaged.length - 10] ^= 1;
        read(true, Images.head(), RED, damaged, Images.framed(BLUE, 200, BLUE.length + 2), Images.framed(RED, 300));

        assertThat(images).containsExactly(RED);
        assertThat(invalid)
                .containsExactly(
                        "an image has no line with its time",
                        "an image does not match its size or checksum",
                        "an image does not match its size or checksum");
    }

    @Test
    void anImageOfACameraMayBeFollowedByPadding() {
        byte[] padded = JpegImages.join(Images.framed(BLUE, 200, BLUE.length + 2), new byte[2]);
        read(false, Images.head(), padded, Images.framed(RED, 300));

        assertThat(images).containsExactly(BLUE, RED);
        assertThat(invalid).isEmpty();
    }

    private void read(boolean encoded, byte[]... parts) {
        FrameReader reader = new FrameReader(encoded, sink);
        byte[] all = JpegImages.join(parts);
        for (byte each : all) {
            reader.accept(new byte[] {each}, 1);
        }
    }
}
