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
 * Result of a check, as text for operators.
 *
 * @param ffmpeg version in use; empty if there is none
 * @param ffmpegWarning known problem of that version
 * @param children isolation of child processes
 * @param descriptors budget of file descriptors
 * @param devices every device, with the encoders that work on it
 * @param readiness results of the readiness checks
 */
record CheckReport(
        String ffmpeg,
        Optional<String> ffmpegWarning,
        String children,
        String descriptors,
        List<DeviceReport> devices,
        List<HealthCheckResponse> readiness) {

    /** Returns whether the service would be ready. */
    boolean isReady() {
        return readiness.stream().allMatch(result -> result.getStatus() == HealthCheckResponse.Status.UP);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("configuration: no problem");
        lines.add("ffmpeg: " + (ffmpeg.isEmpty() ? "not usable" : ffmpeg));
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
                    .forEach(encoder -> lines.add(String.format(
                            Locale.ROOT, "  %s: works, %.1f times real time", encoder.encoder(), encoder.speed())));
            sorted(report.rejected()).forEach((encoder, reason) -> lines.add("  " + encoder + ": " + reason));
        }
        for (HealthCheckResponse result : readiness) {
            lines.add(result.getName() + ": "
                    + (result.getStatus() == HealthCheckResponse.Status.UP ? "ready" : "NOT READY"));
            sorted(result.getData().orElse(Map.of())).forEach((name, value) -> lines.add("  " + name + ": " + value));
        }
        lines.add(isReady() ? "The service can start." : "The service cannot start, or would not be ready.");
        return lines;
    }

    /** Returns the report of a program that did not start. */
    static List<String> ofFailure(Throwable failure) {
        return List.of(
                "The program does not start:", "  " + StartFailure.of(failure).reason());
    }

    private static <V> Map<String, V> sorted(Map<String, V> map) {
        return new TreeMap<>(map);
    }
}
