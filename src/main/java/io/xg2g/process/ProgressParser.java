package io.xg2g.process;

import java.util.Optional;

/** Reads the {@code key=value} lines of ffmpeg's {@code -progress}; a report ends with the key {@code progress}. */
final class ProgressParser {
    private int reports;
    private long frames;
    private long outTimeMicros;
    private long bytes;

    /** Takes the next line; gives a report when the line completes one. Lines that are not understood are skipped. */
    Optional<Progress> line(String line) {
        int equals = line.indexOf('=');
        if (equals < 0) {
            return Optional.empty();
        }
        String value = line.substring(equals + 1).strip();
        switch (line.substring(0, equals).strip()) {
            case "frame" -> frames = number(value, frames);
            // out_time_ms is in microseconds too, whatever its name says; it is not read.
            case "out_time_us" -> outTimeMicros = number(value, outTimeMicros);
            case "total_size" -> bytes = number(value, bytes);
            case "progress" -> {
                return Optional.of(new Progress(++reports, frames, outTimeMicros, bytes, value.equals("end")));
            }
            default -> {
                // bitrate, speed, fps and others say nothing about whether the run is alive.
            }
        }
        return Optional.empty();
    }

    /** The number, or what was known before where it is {@code N/A}, negative, or not a number. */
    private static long number(String text, long before) {
        if (text.isEmpty() || text.length() > 18) {
            return before;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return before;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
