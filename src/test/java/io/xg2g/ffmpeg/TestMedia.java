package io.xg2g.ffmpeg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Small real media, encoded by ffmpeg on first use and cached in {@code target/test-media}. */
public final class TestMedia {
    private static final Path DIRECTORY = Path.of("target", "test-media").toAbsolutePath();
    private static final String SINE = "sine=r=48000:d=";

    private TestMedia() {}

    /** 1080i25 H.264, open GOP, B-pyramid, with AC-3, as MPEG-TS: 3 s, 75 frames. */
    public static Path h264Interlaced() {
        return encoded(
                "h264-interlaced.ts",
                "-f lavfi -i testsrc2=s=1920x1080:r=50:d=3 -f lavfi -i " + SINE
                        + "3 -vf interlace=scan=tff,format=yuv420p -c:v libx264 -preset superfast -flags +ilme+ildct"
                        + " -x264-params tff=1:open-gop=1:keyint=25:bframes=3:b-pyramid=normal -b:v 8M"
                        + " -c:a ac3 -ac 2 -b:a 192k -f mpegts");
    }

    /** 1080i25 H.264 as {@link #h264Interlaced()}, moving and grainy, at a broadcaster's bit rate: 22 s. */
    public static Path broadcastInterlaced() {
        return encoded(
                "broadcast-interlaced.ts",
                "-f lavfi -i testsrc2=s=1920x1080:r=50:d=22,noise=alls=6:allf=t -vf interlace=scan=tff,format=yuv420p"
                        + " -c:v libx264 -preset superfast -flags +ilme+ildct -x264-params"
                        + " tff=1:open-gop=1:keyint=25:bframes=3:b-pyramid=normal -b:v 10M -maxrate 12M -bufsize 12M"
                        + " -f mpegts");
    }

    /** 1080p25 H.264, closed GOP of a second, moving and grainy, at a broadcaster's bit rate: 22 s. */
    public static Path broadcastProgressive() {
        return encoded(
                "broadcast-progressive.ts",
                "-f lavfi -i testsrc2=s=1920x1080:r=25:d=22,noise=alls=6:allf=t -vf format=yuv420p -c:v libx264"
                        + " -preset superfast -g 25 -keyint_min 25 -sc_threshold 0 -bf 3 -flags +cgop"
                        + " -b:v 10M -maxrate 12M -bufsize 12M -f mpegts");
    }

    /** 1080p50 H.264, open GOP, B-pyramid, moving and grainy, at a broadcaster's bit rate: 22 s. */
    public static Path broadcastProgressive50() {
        return encoded(
                "broadcast-progressive-50.ts",
                "-f lavfi -i testsrc2=s=1920x1080:r=50:d=22,noise=alls=6:allf=t -vf format=yuv420p -c:v libx264"
                        + " -preset superfast -x264-params open-gop=1:keyint=50:bframes=3:b-pyramid=normal"
                        + " -b:v 14M -maxrate 16M -bufsize 16M -f mpegts");
    }

    /** 576i25 MPEG-2, 16:9 (pixels 64:45), with MP2, as MPEG-TS: 4 s, 100 frames. */
    public static Path mpeg2() {
        return encoded(
                "mpeg2.ts",
                "-f lavfi -i testsrc2=s=720x576:r=50:d=4 -f lavfi -i " + SINE
                        + "4 -vf interlace=scan=tff,setsar=64/45,format=yuv420p -c:v mpeg2video -flags +ilme+ildct"
                        + " -g 12 -bf 2 -b:v 4M -maxrate 6M -bufsize 1835k -c:a mp2 -b:a 192k -f mpegts");
    }

    /** 720p50 HEVC with 10 bits, with AAC, as MP4: 3 s, 150 frames. */
    public static Path hevc10() {
        return encoded(
                "hevc10.mp4",
                "-f lavfi -i testsrc2=s=1280x720:r=50:d=3 -f lavfi -i " + SINE
                        + "3 -vf format=yuv420p10le -c:v libx265 -preset ultrafast"
                        + " -x265-params log-level=error:keyint=50 -c:a aac -ac 2 -f mp4");
    }

    /** 640x360p25 H.264 with AAC, as MPEG-TS: 3 s, 75 frames. */
    public static Path progressive() {
        return encoded(
                "progressive.ts",
                "-f lavfi -i testsrc2=s=640x360:r=25:d=3 -f lavfi -i " + SINE
                        + "3 -c:v libx264 -preset veryfast -pix_fmt yuv420p -c:a aac -ac 2 -f mpegts");
    }

    /** A rendition of a window, with times from 0 on: 320x180p25 H.264 as one fragment of MP4: 2 s, 50 frames. */
    public static Path window() {
        return encoded(
                "window.mp4",
                "-f lavfi -i testsrc2=s=320x180:r=25:d=2 -pix_fmt yuv420p -c:v libx264 -bf 0 -g 250"
                        + " -video_track_timescale 90000 -use_editlist 0"
                        + " -movflags empty_moov+default_base_moof+frag_discont+skip_trailer -f mp4");
    }

    /** 576p25 MPEG-2 without audio, as MPEG-TS: 1 s. */
    public static Path progressive576() {
        return encoded("progressive576.ts", "-f lavfi -i testsrc2=s=720x576:r=25:d=1 -c:v mpeg2video -f mpegts");
    }

    /** 576i25 H.264, bottom field first, as Matroska: 1 s. */
    public static Path bottomFirst() {
        return encoded(
                "bottom-first.mkv",
                "-f lavfi -i testsrc2=s=720x576:r=50:d=1 -vf interlace=scan=bff,format=yuv420p -c:v libx264"
                        + " -preset superfast -flags +ilme+ildct -x264-params bff=1 -f matroska");
    }

    /** 640x360p25 H.264 of noise, which is incompressible, as MPEG-TS: 4 s. */
    public static Path noise() {
        return encoded(
                "noise.ts",
                "-f lavfi -i nullsrc=s=640x360:r=25:d=4,geq=random(1)*255:128:128,format=yuv420p -c:v libx264"
                        + " -preset ultrafast -qp 20 -g 25 -f mpegts");
    }

    /** 640x360p25 H.264 without audio, as MP4: 2 s, 50 frames. */
    public static Path silent() {
        return encoded(
                "silent.mp4",
                "-f lavfi -i testsrc2=s=640x360:r=25:d=2 -c:v libx264 -preset veryfast -pix_fmt yuv420p -f mp4");
    }

    /** 640x360p25 H.264 without audio, as MPEG-TS, long enough to be interrupted: 120 s. */
    public static Path lengthy() {
        Path once = encoded(
                "lengthy-part.ts",
                "-f lavfi -i testsrc=s=640x360:r=25:d=10 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -f mpegts");
        return encoded("lengthy.ts", "-stream_loop 11 -i file:" + once + " -c copy -f mpegts");
    }

    /** 640x360p25 H.264 rotated by 90 degrees, as MP4: 2 s. */
    public static Path rotated() {
        return derived("rotated.mp4", () -> {
            byte[] bytes = Files.readAllBytes(silent());
            // The matrix of the track header is 40 bytes after its name (ISO/IEC 14496-12, 8.3.2).
            int header = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("tkhd") + 4;
            int one = 0x10000;
            ByteBuffer.wrap(bytes)
                    .position(header + 40)
                    .putInt(0)
                    .putInt(one)
                    .putInt(0)
                    .putInt(-one)
                    .putInt(0)
                    .putInt(0)
                    .putInt(360 * one)
                    .putInt(0);
            return bytes;
        });
    }

    /** AAC only, as MPEG-TS: 2 s. */
    public static Path audioOnly() {
        return encoded("audio-only.ts", "-f lavfi -i " + SINE + "2 -c:a aac -ac 2 -f mpegts");
    }

    /** H.264 of 16 by 16 pixels, as MPEG-TS: 2 s. */
    public static Path tiny16() {
        return encoded("tiny16.ts", "-f lavfi -i testsrc2=s=16x16:r=25:d=2 -c:v libx264 -pix_fmt yuv420p -f mpegts");
    }

    /** H.264 of 7680 by 4320 pixels, as MPEG-TS: 5 frames. */
    public static Path eightK() {
        return encoded(
                "8k.ts",
                "-f lavfi -i testsrc=s=7680x4320:r=25:d=0.2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -f mpegts");
    }

    /** The first 60 % of {@link #progressive()}, ending in the middle of a packet. */
    public static Path truncated() {
        return derived("truncated.ts", () -> {
            byte[] whole = Files.readAllBytes(progressive());
            return Arrays.copyOf(whole, whole.length * 6 / 10 / 188 * 188 + 77);
        });
    }

    /** {@link #progressive()} with one bit in about 20,000 flipped behind the first 64 KB, the same ones every time. */
    public static Path bitFlipped() {
        return derived("bit-flipped.ts", () -> {
            byte[] bytes = Files.readAllBytes(progressive());
            Random random = new Random(42);
            for (int n = 0; n < bytes.length / 2500; n++) {
                int at = 65_536 + random.nextInt(bytes.length - 65_536);
                bytes[at] ^= (byte) (1 << random.nextInt(8));
            }
            return bytes;
        });
    }

    /** A JPEG image. */
    public static Path jpeg() {
        return encoded("image.jpg", "-f lavfi -i testsrc2=s=640x360 -frames:v 1 -f mjpeg");
    }

    /** Plain text. */
    public static Path text() {
        return derived("text.ts", () -> "This is not a video. ".repeat(200).getBytes(StandardCharsets.UTF_8));
    }

    private interface Bytes {
        byte[] make() throws IOException;
    }

    private static synchronized Path derived(String name, Bytes bytes) {
        return derived(DIRECTORY, name, bytes);
    }

    private static synchronized Path derived(Path directory, String name, Bytes bytes) {
        Path file = directory.resolve(name);
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(directory);
                Path part = Files.createTempFile(directory, name, ".part");
                Files.write(part, bytes.make());
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return file;
    }

    /** Media encoded by ffmpeg with these arguments; the output is appended. Other arguments make another file of this name. */
    public static synchronized Path encoded(String name, String arguments) {
        return derived(DIRECTORY.resolve(Integer.toHexString(arguments.hashCode())), name, () -> {
            Path made = Files.createTempFile(DIRECTORY, name, ".tmp");
            List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-v", "error", "-y"));
            command.addAll(List.of(arguments.split(" ")));
            command.add("file:" + made);
            try {
                Process process = new ProcessBuilder(command).inheritIO().start();
                if (process.waitFor() != 0) {
                    throw new IOException("ffmpeg could not make " + name);
                }
                return Files.readAllBytes(made);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", stop);
            } finally {
                Files.delete(made);
            }
        });
    }
}
