package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaInfoReaderTest {
    private static final String VIDEO = """
            {"codec_type":"video","codec_name":"h264","width":1920,"height":1080,"pix_fmt":"yuv420p",
             "field_order":"%s","r_frame_rate":"%s","avg_frame_rate":"%s","sample_aspect_ratio":"%s"}""";

    @Test
    void videoAudioAndDurationAreRead() {
        String json = """
                {"streams":[{"codec_type":"data"},%s,
                {"codec_type":"audio","codec_name":"aac","sample_rate":"48000","channels":6}],
                "format":{"format_name":"mpegts","duration":"2.040000"}}""".formatted(VIDEO.formatted("tt", "25/1", "25/1", "4:3"));

        assertThat(MediaInfoReader.read(json))
                .isEqualTo(new Inspection.Accepted(new MediaInfo(
                        "mpegts",
                        Duration.ofMillis(2040),
                        new MediaInfo.Video("h264", 1920, 1080, "yuv420p", true, 25, 4.0 / 3),
                        new MediaInfo.Audio("aac", 48_000, 6))));
    }

    @ParameterizedTest
    @CsvSource({
        "progressive, 50/1, 50/1, 1:1, false, 50",
        "unknown, 25/1, 25/1, 1:1, false, 25",
        // PAFF: fields are counted.
        "tt, 50/1, 50/1, 1:1, true, 25",
        "bb, 60000/1001, 60000/1001, 0:1, true, 29.97002997002997",
        "tb, 25/1, 25/1, N/A, true, 25",
        // A nominal rate that is only the time base.
        "progressive, 90000/1, 25/1, 1:1, false, 25",
        "progressive, 0/0, 0/0, 1:1, false, 0"
    })
    void ratesAndFieldsAreRead(
            String order, String nominal, String average, String aspect, boolean interlaced, double rate) {
        String json = "{\"streams\":[" + VIDEO.formatted(order, nominal, average, aspect) + "]}";

        MediaInfo media = ((Inspection.Accepted) MediaInfoReader.read(json)).media();

        assertThat(media.video().interlaced()).isEqualTo(interlaced);
        assertThat(media.video().frameRate()).isEqualTo(rate);
        assertThat(media.video().sampleAspectRatio()).isEqualTo(1);
        assertThat(media.duration()).isZero();
        assertThat(media.audio()).isNull();
    }

    @Test
    void audioWithoutAHeaderIsIgnored() {
        String json = "{\"streams\":[" + VIDEO.formatted("tt", "25/1", "25/1", "1:1")
                + ",{\"codec_type\":\"audio\",\"codec_name\":\"aac\",\"sample_rate\":\"0\",\"channels\":0}]}";

        assertThat(((Inspection.Accepted) MediaInfoReader.read(json)).media().audio())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"streams":[]} | the input has no video
                    {"streams":[{"codec_type":"audio","codec_name":"mp3"}]} | the input has audio but no video
                    {"streams":[{"codec_type":"video","codec_name":"mjpeg","disposition":{"attached_pic":1}}]} | the input has no video
                    {"streams":[{"codec_type":"video"}]} | the input's video codec is unknown
                    {"streams":[{"codec_type":"video","codec_name":"h264","width":0,"height":0}]} | no video frame can be decoded from the input: its h264 video has no complete header (it must hold a keyframe)
                    {"streams":[{"codec_type":"video","codec_name":"h264","width":16,"height":16,"pix_fmt":"yuv420p"}]} | the frame size is 16x16; each side must have at least 32 pixels
                    {"streams":[{"codec_type":"video","codec_name":"hevc","width":16384,"height":8640,"pix_fmt":"yuv420p"}]} | the frame size is 16384x8640; the limit is 8192x4320
                    """)
    void mediaThatCannotBeTranscodedIsRefused(String json, String sentence) {
        assertThat(MediaInfoReader.read(json))
                .isEqualTo(new Inspection.Rejected(new Failure(Failure.Kind.UNSUPPORTED_MEDIA, sentence)));
    }

    @RandomTest
    void garbageIsRejected(RandomInput input) {
        assertThat(MediaInfoReader.read(input.text(255))).isInstanceOf(Inspection.Rejected.class);
    }

    @RandomTest
    void anyFirstBytesAreSniffed(RandomInput input) {
        assertThat(Sniff.notVideo(input.bytes(255)))
                .satisfiesAnyOf(
                        o -> assertThat(o).isEmpty(),
                        o -> assertThat(o).hasValueSatisfying(s -> assertThat(s).startsWith("the input is ")));
    }
}
