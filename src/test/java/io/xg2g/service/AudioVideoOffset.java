package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Offset between audio and video in a recording of {@link BroadcastSource}: each second a white frame and a beep start at
 * the same instant.
 */
final class AudioVideoOffset {
    private static final double WHITE = 190;
    private static final double LOUD_DECIBEL = -20;
    private static final double QUIET_SECONDS = 0.3;

    /** Maximum distance between a flash and its beep, in seconds. */
    private static final double REACH = 0.45;

    private AudioVideoOffset() {}

    /** Filter value at a time in seconds. */
    private record Reading(double time, double value) {}

    /**
     * Offsets of the beeps from their flashes, in milliseconds. Flashes at the ends of the recording, whose beep
     * could be missing, are skipped.
     *
     * @param video file with the video, which is deinterlaced if necessary
     * @param audio file with the audio on the same clock, often the same file
     */
    static List<Double> offsets(Path video, Path audio) {
        List<Double> flashes = beginnings(
                readings(
                        video,
                        "v",
                        "-vf",
                        "bwdif=mode=send_field:deint=interlaced,scale=16:16:flags=area,settb=1/90000,signalstats,"
                                + "metadata=print:key=lavfi.signalstats.YAVG:file=-"),
                WHITE,
                0);
        List<Double> beeps = beginnings(
                readings(
                        audio,
                        "a",
                        "-af",
                        "asettb=1/48000,asetnsamples=n=48:p=0,astats=metadata=1:reset=1:measure_perchannel=none"
                                + ":measure_overall=RMS_level,"
                                + "ametadata=print:key=lavfi.astats.Overall.RMS_level:file=-"),
                LOUD_DECIBEL,
                QUIET_SECONDS);
        assertThat(flashes).as("flashes in %s", video).hasSizeGreaterThan(3);
        assertThat(beeps).as("beeps in %s", audio).hasSizeGreaterThan(3);
        List<Double> offsets = new ArrayList<>();
        for (double flash : flashes) {
            if (flash < Math.max(flashes.getFirst(), beeps.getFirst())
                    || flash > Math.min(flashes.getLast(), beeps.getLast())) {
                continue;
            }
            Optional<Double> beep = beeps.stream()
                    .filter(time -> Math.abs(time - flash) < REACH)
                    .findFirst();
            assertThat(beep)
                    .as("a beep for the flash at %s s of %s", flash, video)
                    .isPresent();
            offsets.add((beep.get() - flash) * 1000);
        }
        return offsets;
    }

    /** Median. */
    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** Times at which the value rises above a limit after it was below for this duration. */
    private static List<Double> beginnings(List<Reading> readings, double limit, double belowSeconds) {
        List<Double> beginnings = new ArrayList<>();
        double belowSince = Double.NaN;
        for (Reading reading : readings) {
            if (reading.value() > limit) {
                if (reading.time() - belowSince >= belowSeconds) {
                    beginnings.add(reading.time());
                }
                belowSince = Double.NaN;
            } else if (Double.isNaN(belowSince)) {
                belowSince = reading.time();
            }
        }
        return beginnings;
    }

    private static List<Reading> readings(Path file, String stream, String option, String filter) {
        double tick = stream.equals("v") ? 90_000 : 48_000;
        List<Reading> readings = new ArrayList<>();
        double time = 0;
        for (String line : lines(
                "ffmpeg",
                "-nostdin",
                "-v",
                "error",
                "-copyts",
                "-i",
                file.toString(),
                "-map",
                "0:" + stream + ":0",
                option,
                filter,
                "-f",
                "null",
                "-",
                // Of streams that it does not read, ffmpeg 5 subtracts the earliest time, in spite of -copyts.
                "-map",
                "0",
                "-c",
                "copy",
                "-f",
                "null",
                "-")) {
            // frame:7 pts:133200 pts_time:1.48, and then lavfi.signalstats.YAVG=125.2
            if (line.startsWith("frame:")) {
                String pts = line.substring(line.indexOf("pts:") + 4).split(" ", 2)[0];
                time = Long.parseLong(pts) / tick;
            } else if (line.startsWith("lavfi.")) {
                String value = line.substring(line.indexOf('=') + 1);
                readings.add(new Reading(time, value.equals("-inf") ? -1000 : Double.parseDouble(value)));
            }
        }
        return readings;
    }

    private static List<String> lines(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException missing) {
            throw new AssertionError("ffmpeg is needed; run make deps", missing);
        }
    }
}
