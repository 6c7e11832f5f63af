package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** H.264 out of a transport stream is the same pictures as CMAF. */
class AvcTrackIT {
    private static final long SHIFT = 1_795_000_000L * 90_000;

    private final Demuxed source = Demuxed.of(Tool.read(Samples.wrapping()), 4096);
    private final List<VideoFrame> pictures = source.pictures;
    private final AvcTrack track =
            AvcTrack.of(source.programs.getFirst(), pictures.getFirst()).orElseThrow();

    @Test
    void theTrackSaysWhatItIsAsFfmpegWould() throws Exception {
        Path copy = Tool.make(
                "copied.mp4",
                "-i " + Samples.wrapping() + " -map 0:v -c copy -video_track_timescale 90000 -movflags"
                        + " empty_moov+default_base_moof -f mp4");

        assertThat(track.info())
                .isEqualTo(
                        FragmentedMp4.track(FragmentedMp4.split(Tool.read(copy)).init()));
        assertThat(FragmentedMp4.track(track.init())).isEqualTo(track.info());
    }

    @Test
    void fragmentsDecodeToTheSamePicturesWithoutAComplaint() {
        Path file = file();

        assertThat(Tool.complaints(file)).isEmpty();
        assertThat(hashes(file)).isNotEmpty().isEqualTo(hashes(Samples.wrapping()));
    }

    @Test
    void fragmentsHaveTheTimesOfTheirPictures() throws Exception {
        List<Tool.Packet> packets = Tool.packets(file(), "v:0");

        assertThat(packets).hasSameSizeAs(pictures);
        for (int i = 0; i < packets.size(); i++) {
            assertThat(packets.get(i).pts()).isEqualTo(pictures.get(i).pts() + SHIFT);
            assertThat(packets.get(i).dts()).isEqualTo(pictures.get(i).dts() + SHIFT);
            assertThat(packets.get(i).keyframe()).isEqualTo(isIdr(pictures.get(i)));
        }
    }

    @Test
    void whatBrowsersDoNotPlayIsNoTrack() {
        for (Path file : List.of(Samples.h264(), Samples.mpeg2(), Samples.hevc())) {
            Demuxed other = Demuxed.of(Tool.read(file), 4096);

            assertThat(AvcTrack.of(other.programs.getFirst(), other.pictures.getFirst()))
                    .as("%s", file)
                    .isEmpty();
        }
    }

    @Test
    void picturesOfAnotherFormatAreNotTaken() {
        Path larger = Tool.make(
                "larger.ts",
                "-f lavfi -i testsrc2=s=720x404:r=25:d=1 -c:v libx264 -preset veryfast -pix_fmt yuv420p -f mpegts");
        List<VideoFrame> others = Demuxed.of(Tool.read(larger), 4096).pictures;

        assertThat(track.fragment(1, others, others.getLast().dts() + 3600, 0)).isEmpty();
        assertThat(track.fragment(1, pictures.subList(1, 10), pictures.get(10).dts(), 0))
                .isEmpty();
        assertThat(track.fragment(1, pictures.subList(0, 10), pictures.get(9).dts(), 0))
                .isEmpty();
    }

    private Path file() {
        List<byte[]> parts = new ArrayList<>();
        parts.add(track.init());
        int at = 0;
        while (at < pictures.size()) {
            int next = at + 1;
            while (next < pictures.size() && !isIdr(pictures.get(next))) {
                next++;
            }
            long end = next < pictures.size()
                    ? pictures.get(next).dts()
                    : pictures.getLast().dts() + 3600;
            parts.add(track.fragment(parts.size(), pictures.subList(at, next), end, SHIFT)
                    .orElseThrow());
            at = next;
        }
        assertThat(parts).hasSizeGreaterThan(3);
        return Tool.write("avc-track.mp4", parts.toArray(byte[][]::new));
    }

    /** Returns whether a frame has an IDR slice (ITU-T H.264, table 7-1). */
    private static boolean isIdr(VideoFrame frame) {
        byte[] data = NalUnits.elementary(frame.packets());
        return NalUnits.annexB(data).stream().anyMatch(unit -> (data[unit.from()] & 0x1f) == 5);
    }

    private static List<String> hashes(Path file) {
        return Tool.frames(file, "v:0", "").stream()
                .map(line -> line.substring(line.lastIndexOf(',')))
                .toList();
    }
}
