package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TsDemuxerTest {
    private static final long WRAP = 1L << 33;

    @RandomTest(tries = 200)
    void theChunkSizeOfTheInputDoesNotMatter(RandomInput input) {
        byte[] stream = TsBuilder.stream(5_000);

        DemuxedStream whole = DemuxedStream.of(stream, stream.length);
        DemuxedStream pieces = DemuxedStream.of(stream, input.between(1, 2000));

        assertThat(whole.videoFrames).hasSize(20);
        assertThat(whole.frames).hasSize(40);
        assertThat(pieces.contents()).isEqualTo(whole.contents());
    }

    @RandomTest(tries = 200)
    void timesIncreaseAcrossTheWrapOf33Bits(RandomInput input) {
        long start = input.between(WRAP - 80_000, WRAP - 1);
        DemuxedStream demuxed = DemuxedStream.of(TsBuilder.stream(start), 1000);

        for (int i = 0; i < 20; i++) {
            long time = start + i * 3_600L;
            assertThat(demuxed.videoFrames.get(i).dts()).isEqualTo(time);
            assertThat(demuxed.videoFrames.get(i).pts()).isEqualTo(time + 7_200);
            assertThat(demuxed.frames.get(2 * i).pts()).isEqualTo(time);
            assertThat(demuxed.frames.get(2 * i + 1).pts()).isEqualTo(time + 1_920);
        }
    }

    @Test
    void aFrameIsReturnedUnchanged() {
        byte[] stream = new TsBuilder()
                .tables(TsProgram.H264)
                .video(10_000, 9_000, true, TsBuilder.h264(true, 500))
                .video(17_200, 12_600, false, TsBuilder.h264(false, 10))
                .bytes();

        DemuxedStream demuxed = DemuxedStream.of(stream, 188);

        assertThat(demuxed.programs).hasSize(1);
        assertThat(demuxed.programs.getFirst().tables()).isEqualTo(Arrays.copyOf(stream, 2 * 188));
        VideoFrame first = demuxed.videoFrames.getFirst();
        assertThat(first.keyframe()).isTrue();
        assertThat(first.parameters()).isNotZero();
        assertThat(NalUnits.elementary(first.packets())).isEqualTo(TsBuilder.h264(true, 500));
        VideoFrame second = demuxed.videoFrames.getLast();
        assertThat(second.keyframe()).isFalse();
        assertThat(second.parameters()).isEqualTo(first.parameters());
        assertThat(TsBuilder.join(first.packets(), second.packets()))
                .isEqualTo(Arrays.copyOfRange(stream, 2 * 188, stream.length));
    }

    @Test
    void equalTablesAreReportedOnce() {
        byte[] stream = TsBuilder.join(TsBuilder.stream(0), TsBuilder.stream(72_000));

        assertThat(DemuxedStream.of(stream, 500).programs).hasSize(1);
    }

    @Test
    void anotherProgramEndsTheFrameBeforeIt() {
        byte[] stream = TsBuilder.join(
                TsBuilder.stream(0), new TsBuilder().tables(TsProgram.HEVC).bytes());

        DemuxedStream demuxed = DemuxedStream.of(stream, 500);

        assertThat(demuxed.programs.stream().map(TsProgram::videoStreamType)).containsExactly(0x1b, 0x24);
        assertThat(demuxed.videoFrames).hasSize(20);
    }

    @Test
    void aLostPacketIsCountedAndDamagesOnlyItsFrame() {
        byte[] stream = TsBuilder.stream(0);
        int lost = packetOf(stream, TsBuilder.VIDEO, 30);
        byte[] damaged =
                TsBuilder.join(Arrays.copyOf(stream, lost), Arrays.copyOfRange(stream, lost + 188, stream.length));
        DemuxedStream demuxed = new DemuxedStream();
        TsDemuxer demuxer = new TsDemuxer(demuxed);

        demuxer.accept(damaged, 0, damaged.length);
        demuxer.finish();

        assertThat(demuxed.videoFrames).hasSizeBetween(19, 20);
        assertThat(demuxed.frames).hasSize(40);
    }

    @Test
    void aLostAudioPacketDropsItsFrameOnly() {
        byte[] stream = TsBuilder.stream(0);
        int lost = packetOf(stream, TsBuilder.AUDIO, 8);
        byte[] damaged =
                TsBuilder.join(Arrays.copyOf(stream, lost), Arrays.copyOfRange(stream, lost + 188, stream.length));

        List<AacFrame> frames = DemuxedStream.of(damaged, 188).frames;

        assertThat(frames)
                .hasSizeBetween(38, 39)
                .allMatch(frame -> Arrays.equals(frame.adts(), TsBuilder.adts(frame.adts().length)));
        assertThat(frames.getLast().pts()).isEqualTo(19 * 3_600 + 1_920);
    }

    @Test
    void aDuplicatePacketIsIgnored() {
        byte[] stream = TsBuilder.stream(0);
        int twice = packetOf(stream, TsBuilder.VIDEO, 12);
        byte[] doubled =
                TsBuilder.join(Arrays.copyOf(stream, twice + 188), Arrays.copyOfRange(stream, twice, stream.length));
        DemuxedStream demuxed = new DemuxedStream();
        TsDemuxer demuxer = new TsDemuxer(demuxed);

        demuxer.accept(doubled, 0, doubled.length);
        demuxer.finish();

        assertThat(demuxed.contents()).isEqualTo(DemuxedStream.of(stream, 188).contents());
    }

    @Test
    void theCounterMayJumpAfterAPacketThatSaysSo() {
        byte[] stream = TsBuilder.stream(0);
        int jump = packetOf(stream, TsBuilder.AUDIO, 8);
        for (int packet = jump; packet < stream.length; packet += TsPacket.SIZE) {
            if (TsPacket.pid(stream, packet) == TsBuilder.AUDIO) {
                stream[packet + 3] = (byte) (stream[packet + 3] & 0xf0 | (stream[packet + 3] + 5) & 0x0f);
            }
        }
        byte[] indicated = TsBuilder.join(
                Arrays.copyOf(stream, jump),
                TsPacket.discontinuityBefore(stream, jump),
                Arrays.copyOfRange(stream, jump, stream.length));

        assertThat(DemuxedStream.of(stream, 188).frames).hasSize(39);
        assertThat(DemuxedStream.of(indicated, 188).frames).hasSize(40);
    }

    @Test
    void garbageBetweenPacketsIsSkipped() {
        byte[] rubbish = new byte[1_000];
        new Random(1).nextBytes(rubbish);
        byte[] stream = TsBuilder.stream(0);
        int middle = stream.length / 188 / 2 * 188;
        DemuxedStream demuxed = new DemuxedStream();
        TsDemuxer demuxer = new TsDemuxer(demuxed);
        byte[] all = TsBuilder.join(
                rubbish, Arrays.copyOf(stream, middle), rubbish, Arrays.copyOfRange(stream, middle, stream.length));

        demuxer.accept(all, 0, all.length);
        demuxer.finish();

        assertThat(demuxed.videoFrames).hasSize(20);
        assertThat(demuxed.frames).hasSize(40);
    }

    @Test
    void aPesPacketWithoutATimeContinuesTheFrame() {
        byte[] stream = new TsBuilder()
                .tables(TsProgram.H264)
                .video(3_600, 3_600, true, TsBuilder.h264(true, 300))
                .video(7_200, 7_200, false, TsBuilder.h264(false, 300))
                .bytes();
        int second = packetOf(stream, TsBuilder.VIDEO, 2);
        while (!TsPacket.startsUnit(stream, second)) {
            second += 188;
        }
        int head = TsPacket.payload(stream, second);
        stream[head + 7] &= 0x3f;

        List<VideoFrame> videoFrames = DemuxedStream.of(stream, 188).videoFrames;

        assertThat(videoFrames).hasSize(1);
        assertThat(videoFrames.getFirst().packets()).hasSize(stream.length - 2 * 188);
    }

    @Test
    void aFrameOverTheMaximumSizeIsDropped() {
        TsBuilder builder = new TsBuilder().tables(TsProgram.H264);
        builder.video(3_600, 3_600, true, TsBuilder.h264(true, 17 << 20));
        builder.video(7_200, 7_200, true, TsBuilder.h264(true, 100));

        List<VideoFrame> videoFrames = DemuxedStream.of(builder.bytes(), 1 << 16).videoFrames;

        assertThat(videoFrames).hasSize(1);
        assertThat(videoFrames.getFirst().pts()).isEqualTo(7_200);
    }

    @Test
    void aFormatThatChangesHasAnotherHash() {
        byte[] other = TsBuilder.h264(true, 100);
        other[13] = 40;
        byte[] stream = new TsBuilder()
                .tables(TsProgram.H264)
                .video(3_600, 3_600, true, TsBuilder.h264(true, 100))
                .video(7_200, 7_200, true, TsBuilder.h264(true, 900))
                .video(10_800, 10_800, true, other)
                .bytes();

        List<Integer> hashes = DemuxedStream.of(stream, 188).videoFrames.stream()
                .map(VideoFrame::parameters)
                .toList();

        assertThat(hashes.get(1)).isEqualTo(hashes.get(0));
        assertThat(hashes.get(2)).isNotEqualTo(hashes.get(0));
    }

    /** Offset of the n-th packet of the PID. */
    private static int packetOf(byte[] stream, int pid, int n) {
        int seen = 0;
        for (int packet = 0; packet < stream.length; packet += 188) {
            if (TsPacket.pid(stream, packet) == pid && ++seen == n) {
                return packet;
            }
        }
        throw new AssertionError("no packet " + n + " of PID " + pid);
    }
}
