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
        String json =
                """
                {"streams":[{"codec_type":"data"},%s,
                {"index":2,"codec_type":"audio","codec_name":"aac","sample_rate":"48000","channels":6}],
                "format":{"format_name":"mpegts","duration":"2.040000"}}""".formatted(VIDEO.formatted("tt", "25/1", "25/1", "4:3").replace("{\"codec", "{\"index\":1,\"codec"));

        assertThat(inspect(json))
                .isEqualTo(new Inspection.Accepted(new MediaInfo(
                        "mpegts",
                        Duration.ofMillis(2040),
                        new MediaInfo.Video(
                                1, "h264", 1920, 1080, "yuv420p", true, 25, 4.0 / 3, 0, MediaInfo.DynamicRange.SDR),
                        new MediaInfo.Audio(2, "aac", 48_000, 6))));
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
        // Slow motion of a telephone; and times that are wrong.
        "progressive, 240/1, 240/1, 1:1, false, 240",
        "progressive, 90000/1, 45000/1, 1:1, false, 0",
        // The shortest duration of varying ones.
        "progressive, 120/1, 36/1, 1:1, false, 36",
        "progressive, 60/1, 20/1, 1:1, false, 20",
        // B-frames whose times are rounded.
        "progressive, 24/1, 25/1, 1:1, false, 25",
        // Lost frames.
        "progressive, 25/1, 24/1, 1:1, false, 25",
        "progressive, 60000/1001, 59/1, 1:1, false, 59.94005994005994",
        // PAFF with the average of the frames.
        "tt, 50/1, 25/1, 1:1, true, 25",
        "progressive, 1/3, 1/3, 1:1, false, 0.3333333333333333",
        "progressive, 0/0, 0/0, 1:1, false, 0"
    })
    void ratesAndFieldsAreRead(
            String order, String nominal, String average, String aspect, boolean interlaced, double rate) {
        String json = "{\"streams\":[" + VIDEO.formatted(order, nominal, average, aspect) + "]}";

        MediaInfo media = ((Inspection.Accepted) inspect(json)).media();

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

        assertThat(((Inspection.Accepted) inspect(json)).media().audio()).isNull();
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
        assertThat(inspect(json))
                .isEqualTo(new Inspection.Rejected(new Failure(Failure.Kind.UNSUPPORTED_MEDIA, sentence)));
    }

    @RandomTest
    void garbageIsRejected(RandomInput input) {
        assertThat(inspect(input.text(255))).isInstanceOf(Inspection.Rejected.class);
    }

    @RandomTest
    void anyFirstBytesAreSniffed(RandomInput input) {
        assertThat(Sniff.notVideo(input.bytes(255)))
                .satisfiesAnyOf(
                        o -> assertThat(o).isEmpty(),
                        o -> assertThat(o).hasValueSatisfying(s -> assertThat(s).startsWith("the input is ")));
    }

    @Test
    void theFirstUsableVideoAndTheMainAudioOfItsProgramAreChosen() {
        String json = """
                {"programs":[{"program_id":1,"streams":[{"index":0},{"index":1}]},
                 {"program_id":2,"streams":[{"index":2},{"index":3},{"index":4},{"index":5}]}],
                 "streams":[{"index":0,"codec_type":"video","codec_name":"h264","width":0,"height":0},
                 {"index":1,"codec_type":"audio","codec_name":"mp2","sample_rate":"48000","channels":2},
                 %s,
                 {"index":3,"codec_type":"audio","codec_name":"aac","sample_rate":"0","channels":0},
                 {"index":4,"codec_type":"audio","codec_name":"ac3","sample_rate":"48000","channels":2,
                  "disposition":{"visual_impaired":1}},
                 {"index":5,"codec_type":"audio","codec_name":"mp3","sample_rate":"44100","channels":2}]}""".formatted(VIDEO.formatted("progressive", "25/1", "25/1", "1:1")
                .replace("{\"codec", "{\"index\":2,\"codec"));

        MediaInfo media = ((Inspection.Accepted) inspect(json)).media();

        assertThat(media.video().index()).isEqualTo(2);
        assertThat(media.audio()).isEqualTo(new MediaInfo.Audio(5, "mp3", 44_100, 2));
        assertThat(media(json.replace("\"44100\",\"channels\":2", "\"0\",\"channels\":0"))
                        .audio())
                .isEqualTo(new MediaInfo.Audio(4, "ac3", 48_000, 2));
    }

    @Test
    void whereTheStreamsOfAProgramChangeTheAudioOfTheUsableVideoIsChosen() {
        String json = """
                {"streams":[{"index":0,"codec_type":"video","codec_name":"h264","width":0,"height":0},
                 {"index":1,"codec_type":"audio","codec_name":"mp2","sample_rate":"48000","channels":2},
                 %s,
                 {"index":3,"codec_type":"audio","codec_name":"mp2","sample_rate":"48000","channels":2}]}""".formatted(VIDEO.formatted("progressive", "25/1", "25/1", "1:1")
                .replace("{\"codec", "{\"index\":2,\"codec"));

        assertThat(media(json).audio()).isEqualTo(new MediaInfo.Audio(3, "mp2", 48_000, 2));
        assertThat(media(json.replace("\"width\":0,\"height\":0", "\"disposition\":{\"attached_pic\":1}"))
                        .audio())
                .isEqualTo(new MediaInfo.Audio(1, "mp2", 48_000, 2));
    }

    @ParameterizedTest
    @CsvSource({"smpte2084, PQ", "arib-std-b67, HLG", "bt709, SDR", "bt2020-10, SDR", "'', SDR"})
    void theDynamicRangeIsThatOfTheTransferCharacteristics(String transfer, MediaInfo.DynamicRange range) {
        String json = "{\"streams\":["
                + VIDEO.formatted("progressive", "25/1", "25/1", "1:1")
                        .replace("{\"codec", "{\"color_transfer\":\"" + transfer + "\",\"codec")
                + "]}";

        assertThat(media(json).video().range()).isEqualTo(range);
        assertThat(media(json).video().isHdr()).isEqualTo(range != MediaInfo.DynamicRange.SDR);
    }

    private static MediaInfo media(String json) {
        return ((Inspection.Accepted) inspect(json)).media();
    }

    static Inspection inspect(String json) {
        return MediaInfoReader.read(json)
                .map(InputStreams::asVideo)
                .orElse(new Inspection.Rejected(new Failure(Failure.Kind.CRASH, "not JSON")));
    }
}
