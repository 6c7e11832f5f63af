package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Test that any output of ffprobe is accepted within the limits or rejected with a reason. */
class MediaInfoFuzzTest {

    static Stream<String> seeds() {
        return Stream.of("""
                {"streams":[{"codec_type":"video","codec_name":"h264","width":1920,"height":1080,"pix_fmt":"yuv420p",
                "field_order":"tt","r_frame_rate":"25/1","avg_frame_rate":"25/1","sample_aspect_ratio":"4:3",
                "side_data_list":[{"rotation":-90}],"disposition":{"attached_pic":0}},
                {"codec_type":"audio","codec_name":"aac","sample_rate":"48000","channels":6}],
                "format":{"format_name":"mpegts","duration":"2.040000"}}""");
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyTextIsAcceptedOrRejected(@NotNull String json) {
        switch (MediaInfoReaderTest.inspect(json)) {
            case Inspection.Accepted(MediaInfo media) -> {
                assertThat(media.video().width()).isBetween(32, 8192);
                assertThat(media.video().height()).isBetween(32, 8192);
                assertThat(media.video().frameRate()).isBetween(0.0, 1000.0);
                assertThat(media.duration()).isGreaterThanOrEqualTo(Duration.ZERO);
            }
            case Inspection.Rejected(Failure reason) ->
                assertThat(reason.detail()).isNotBlank();
        }
    }
}
