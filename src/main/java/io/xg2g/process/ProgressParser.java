package io.xg2g.process;

import java.util.Optional;

/** Parser of ffmpeg's {@code -progress}: lines {@code key=value}; the key {@code progress} ends a report. */
final class ProgressParser {
    private int reports;
    private long frames;
    private long outTimeMicros;
    private long bytes;

    /** Parses a line; returns a report if the line completes one. Unknown lines are ignored. */
    Optional<Progress> line(String line) {
        int equals = line.indexOf('=');
        if (equals < 0) {
            return Optional.empty();
        }
        String value = line.substring(equals + 1).strip();
        switch (line.substring(0, equals).strip()) {
            case "frame" -> frames = number(value, frames);
            // out_time_ms is not read: it is in microseconds too.
            case "out_time_us" -> outTimeMicros = number(value, outTimeMicros);
            case "total_size" -> bytes = number(value, bytes);
            case "progress" -> {
                return Optional.of(new Progress(++reports, frames, outTimeMicros, bytes, value.equals("end")));
            }
            default -> {
                // bitrate, speed, fps and others do not indicate progress.
            }
        }
        return Optional.empty();
    }

    /** Returns the number, or the previous value if the text is {@code N/A}, negative, or no number. */
    private static long number(String text, long previous) {
        if (text.isEmpty() || text.length() > 18) {
            return previous;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return previous;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
