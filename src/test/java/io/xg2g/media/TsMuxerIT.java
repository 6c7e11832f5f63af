package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.FragmentedMp4.Parts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Test that segments of fragmented MP4 and AAC become one transport stream that ffmpeg reads without warnings. */
class TsMuxerIT {
    private static final int SEGMENTS = 16;
    /** A day in 2026: many wraps of the 33-bit clock. */
    private static final long START = 1_795_000_000L * 90_000;

    /** A unit of two seconds in H.264 or HEVC with B-frames. */
    private static Parts unit(String encoder) throws MalformedMedia {
        String options = encoder.equals("libx265") ? "-x265-params log-level=error " : "-profile:v high ";
        return FragmentedMp4.split(FfmpegTool.read(FfmpegTool.make(
                "unit-" + encoder + ".mp4",
                "-f lavfi -i testsrc2=s=320x180:r=25:d=2 -pix_fmt yuv420p -c:v " + encoder + " " + options
                        + "-bf 2 -g 250 -video_track_timescale 90000 -use_editlist 0 -movflags"
                        + " empty_moov+default_base_moof+frag_discont+skip_trailer -f mp4")));
    }

    private static List<AacFrame> audio(long from, long to) {
        List<AacFrame> all = DemuxedStream.of(FfmpegTool.read(SampleStreams.wrapping()), 4096).frames;
        List<AacFrame> audio = new ArrayList<>();
        for (long n = Math.ceilDiv(from - START, 1920L); START + n * 1920 < to; n++) {
            audio.add(new AacFrame(
                    START + n * 1920, all.get((int) (n % all.size())).adts()));
        }
        return audio;
    }

    /** The audio begins with the presentation of the video, which is decoded earlier. */
    private static Path stream(String encoder) throws MalformedMedia {
        Parts unit = unit(encoder);
        long first = FragmentedMp4.samples(unit.media()).getFirst().pts();
        TsMuxer muxer = new TsMuxer(unit.init(), true);
        List<byte[]> parts = new ArrayList<>();
        for (int i = 0; i < SEGMENTS; i++) {
            byte[] media = unit.media().clone();
            long time = START + i * 180_000L;
            FragmentedMp4.rebase(media, time - first, i);
            parts.add(muxer.segment(media, audio(time, time + 180_000)));
        }
        return FfmpegTool.write("muxed-" + encoder + ".ts", parts.toArray(byte[][]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"libx264", "libx265"})
    void ffmpegReadsTheStreamWithoutAWarning(String encoder) throws Exception {
        Path file = stream(encoder);

        assertThat(FfmpegTool.warnings(file)).isEmpty();
        assertThat(FfmpegTool.entry(file, "v:0", "codec_name")).isEqualTo(encoder.equals("libx265") ? "hevc" : "h264");
        assertThat(FfmpegTool.entry(file, "a:0", "codec_name")).isEqualTo("aac");
    }

    @ParameterizedTest
    @ValueSource(strings = {"libx264", "libx265"})
    void framesHaveTheTimesOfTheirSamples(String encoder) throws Exception {
        Parts unit = unit(encoder);
        List<FragmentedMp4.Sample> samples = FragmentedMp4.samples(unit.media());

        List<FfmpegTool.Packet> packets = FfmpegTool.packets(stream(encoder), "v:0");

        assertThat(packets).hasSize(SEGMENTS * samples.size());
        long mask = (1L << 33) - 1;
        for (int i = 0; i < packets.size(); i++) {
            FragmentedMp4.Sample sample = samples.get(i % samples.size());
            long shift =
                    START + i / samples.size() * 180_000L - samples.getFirst().pts();
            assertThat(packets.get(i).pts() & mask).isEqualTo((sample.pts() + shift) & mask);
            assertThat(packets.get(i).dts() & mask).isEqualTo((sample.dts() + shift) & mask);
            assertThat(packets.get(i).keyframe()).isEqualTo(sample.sync());
        }
    }

    @Test
    void audioAndVideoAreUnchanged() throws Exception {
        Path file = stream("libx264");
        DemuxedStream demuxed = DemuxedStream.of(FfmpegTool.read(file), 1 << 20);
        List<AacFrame> audio = audio(START, START + SEGMENTS * 180_000L);

        assertThat(demuxed.programs).hasSize(1);
        assertThat(demuxed.frames).hasSameSizeAs(audio);
        for (int i = 0; i < audio.size(); i++) {
            assertThat(demuxed.frames.get(i).adts()).isEqualTo(audio.get(i).adts());
            assertThat(Ticks.between(audio.get(i).pts(), demuxed.frames.get(i).pts()))
                    .isZero();
        }
        List<String> unit = videoFrames(FfmpegTool.make("unit-libx264.mp4", ""));
        List<String> all = videoFrames(file);
        assertThat(all).hasSize(SEGMENTS * unit.size());
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i)).isEqualTo(unit.get(i % unit.size()));
        }
    }

    @Test
    void clockAndCountersConformToTheStandard() throws Exception {
        for (String encoder : List.of("libx264", "libx265")) {
            TsConformance.check(FfmpegTool.read(stream(encoder)));
        }
    }

    /** One frame per second: there are packets with only the clock. */
    @Test
    void lowFrameRatesHaveAClockToo() throws Exception {
        Parts slow = FragmentedMp4.split(FfmpegTool.read(FfmpegTool.make(
                "unit-slow.mp4",
                "-f lavfi -i testsrc2=s=320x180:r=1:d=4 -pix_fmt yuv420p -c:v libx264 -bf 0 -movflags"
                        + " empty_moov+default_base_moof -f mp4")));
        TsMuxer muxer = new TsMuxer(slow.init(), false);

        byte[] stream = muxer.segment(slow.media(), List.of());

        TsConformance.check(stream);
        assertThat(FfmpegTool.warnings(FfmpegTool.write("slow.ts", stream))).isEmpty();
    }

    @Test
    void aChangedFormatContinuesInTheSameStream() throws Exception {
        Parts avc = unit("libx264");
        Parts hevc = unit("libx265");
        TsMuxer muxer = new TsMuxer(avc.init(), false);
        byte[] first = muxer.segment(avc.media(), List.of());
        byte[] late = avc.media().clone();
        FragmentedMp4.rebase(late, 60 * 90_000, 1);

        byte[] second = muxer.segment(late, List.of());
        muxer.discontinuity(hevc.init());
        byte[] third = muxer.segment(hevc.media(), List.of());

        byte[] stream = TsBuilder.join(first, second, third);
        TsConformance.check(stream);
        DemuxedStream demuxed = DemuxedStream.of(stream, 4096);
        assertThat(demuxed.programs.stream().map(TsProgram::videoStreamType)).containsExactly(0x1b, 0x24);
        assertThat(demuxed.videoFrames).hasSize(150);
        assertThat(announcedJumps(stream)).as("the start, the jump, the format").isEqualTo(3);
    }

    @Test
    void audioThatBeginsLaterIsListedFromThenOn() throws Exception {
        Parts unit = unit("libx264");
        TsMuxer muxer = new TsMuxer(unit.init(), false);
        long start = FragmentedMp4.samples(unit.media()).getFirst().pts();
        List<AacFrame> audio = audio(START, START + 180_000).stream()
                .map(frame -> frame.at(frame.pts() - START + start + 180_000))
                .toList();
        byte[] next = unit.media().clone();
        FragmentedMp4.rebase(next, 180_000, 1);

        byte[] silent = muxer.segment(unit.media(), List.of());
        muxer.addAudio();
        byte[] audible = muxer.segment(next, audio);

        byte[] stream = TsBuilder.join(silent, audible);
        TsConformance.check(stream);
        DemuxedStream demuxed = DemuxedStream.of(stream, 4096);
        assertThat(demuxed.programs).extracting(TsProgram::audioStreamType).containsExactly(-1, TsProgram.ADTS);
        assertThat(demuxed.frames).hasSameSizeAs(audio);
        assertThat(announcedJumps(stream)).as("the start").isEqualTo(1);
    }

    private static int announcedJumps(byte[] stream) {
        int jumps = 0;
        for (int packet = 0; packet < stream.length; packet += 188) {
            jumps += (TsPacket.flags(stream, packet) & TsPacket.DISCONTINUITY) != 0 ? 1 : 0;
        }
        return jumps;
    }

    private static List<String> videoFrames(Path file) {
        return FfmpegTool.frames(file, "v:0", "").stream()
                .map(line -> line.substring(line.lastIndexOf(',')))
                .toList();
    }
}
