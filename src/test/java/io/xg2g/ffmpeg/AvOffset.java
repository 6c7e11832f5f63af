package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Offset of sound and picture of media with a white frame and a beep of 1 kHz at each full second. */
final class AvOffset {
    private static final int RATE = 48_000;
    private static final int LOUD = 6500;
    private static final int PIXELS = 16 * 16;

    private AvOffset() {}

    /** Returns the start of the beep minus that of the flash next to a second of the file, in seconds. */
    static double offset(Path file, int second) throws IOException, InterruptedException {
        return beep(file, second) - flash(file, second);
    }

    private static double flash(Path file, int second) throws IOException, InterruptedException {
        byte[] frames = run("ffmpeg -nostdin -v error -copyts -i file:" + file
                + " -map 0:v:0 -fps_mode passthrough -vf scale=16:16,format=gray -f rawvideo -");
        List<Double> times = new String(
                        run("ffprobe -v error -select_streams v:0 -show_entries frame=pts_time -of csv=p=0 file:"
                                + file),
                        StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(",")[0])
                .filter(time -> !time.isBlank())
                .map(Double::valueOf)
                .toList();
        assertThat(times).hasSize(frames.length / PIXELS);
        for (int i = 1; i < times.size(); i++) {
            boolean begins = (frames[i * PIXELS] & 0xff) > 140 && (frames[(i - 1) * PIXELS] & 0xff) <= 140;
            if (begins && Math.abs(times.get(i) - times.getFirst() - second) < 0.3) {
                return times.get(i);
            }
        }
        throw new AssertionError("no flash at second " + second);
    }

    private static double beep(Path file, int second) throws IOException, InterruptedException {
        // The first sample has the time 0.
        byte[] samples = run("ffmpeg -nostdin -v error -copyts -i file:" + file + " -map 0:a:0 -ac 1 -af aresample="
                + RATE + ":async=1:min_hard_comp=0.001:first_pts=0 -f s16le -");
        double start = Double.parseDouble(new String(
                        run("ffprobe -v error -select_streams v:0 -show_entries stream=start_time -of csv=p=0 file:"
                                + file),
                        StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElseThrow());
        for (int i = (int) ((start + second - 0.3) * RATE); i < samples.length / 2; i++) {
            int sample = (short) ((samples[2 * i] & 0xff) | (samples[2 * i + 1] << 8));
            if (Math.abs(sample) > LOUD) {
                return (double) i / RATE;
            }
        }
        throw new AssertionError("no beep at second " + second);
    }

    /** Runs a command, split at spaces, and returns its stdout. */
    static byte[] run(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command.split(" "))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).as(command).isZero();
        return output;
    }
}
