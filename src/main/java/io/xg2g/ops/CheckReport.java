package io.xg2g.ops;

import io.xg2g.ffmpeg.DeviceReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * What a check has found, for people to read.
 *
 * @param ffmpeg the version in use; empty where there is none
 * @param ffmpegWarning what an operator should know of that version; empty where there is nothing
 * @param children how child processes are isolated
 * @param descriptors how many file descriptors there are, and what for
 * @param devices every device with what works on it
 * @param readiness the answers to what readiness asks
 */
record CheckReport(
        String ffmpeg,
        Optional<String> ffmpegWarning,
        String children,
        String descriptors,
        List<DeviceReport> devices,
        List<HealthCheckResponse> readiness) {

    /** Whether the service would be ready. */
    boolean works() {
        return readiness.stream().allMatch(answer -> answer.getStatus() == HealthCheckResponse.Status.UP);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("configuration: no problem");
        lines.add("ffmpeg: " + (ffmpeg.isEmpty() ? "none that can be used" : ffmpeg));
        ffmpegWarning.ifPresent(text -> lines.add("  warning: " + text));
        lines.add("child processes: " + children);
        lines.add("file descriptors: " + descriptors);
        for (DeviceReport report : devices) {
            lines.add("device %s (%s)%s"
                    .formatted(
                            report.device().id(),
                            report.device().name(),
                            report.usable() ? "" : ": no encoder works on it"));
            report.encoders()
                    .values()
                    .forEach(passed -> lines.add(String.format(
                            Locale.ROOT, "  %s: works, %.1f times real time", passed.encoder(), passed.speed())));
            sorted(report.rejected()).forEach((encoder, why) -> lines.add("  " + encoder + ": " + why));
        }
        for (HealthCheckResponse answer : readiness) {
            lines.add(answer.getName() + ": "
                    + (answer.getStatus() == HealthCheckResponse.Status.UP ? "ready" : "NOT READY"));
            sorted(answer.getData().orElse(Map.of())).forEach((name, value) -> lines.add("  " + name + ": " + value));
        }
        lines.add(works() ? "It can work." : "It cannot work.");
        return lines;
    }

    /** What kept the program from starting. */
    static List<String> ofFailure(Throwable failure) {
        return List.of(
                "The program does not start:", "  " + StartFailure.of(failure).reason());
    }

    private static <V> Map<String, V> sorted(Map<String, V> map) {
        return new TreeMap<>(map);
    }
}
