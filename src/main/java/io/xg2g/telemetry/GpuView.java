package io.xg2g.telemetry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.xg2g.ffmpeg.DeviceReport;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.EncoderSession;
import io.xg2g.gpu.GpuSample;
import io.xg2g.gpu.GpuState;
import io.xg2g.gpu.Vendor;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * GPU in the API.
 *
 * @param vendor absent if unknown, as for a GPU that was removed long ago
 * @param encoders encoders that passed the probe and are used
 * @param rejected why other encoders are not used, by ffmpeg's name of the encoder
 * @param source live: of this machine; replay: known from a recording only, and not used for encoding
 * @param host machine it is in; absent if nothing was measured
 * @param driver name and version of the driver
 * @param sampledAt time of the latest sample
 * @param stale whether the latest sample is too old to be current; absent if there is no live sample
 * @param values values of the latest sample, by metric
 * @param encoderSessions encoder sessions reported by the driver
 * @param member gateway or worker that has it; absent outside of a cluster
 */
@Schema(name = "Gpu")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GpuView(
        @Schema(examples = "GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77")
        String id,

        @Schema(examples = "nvidia") @Nullable String vendor,
        @Schema(examples = "NVIDIA L4") String name,
        List<WorkingEncoder> encoders,
        Map<String, String> rejected,
        @Schema(examples = "live") String source,
        @Nullable String host,
        @Nullable String pciId,
        @Nullable String driver,
        @Nullable Instant sampledAt,
        @Nullable Boolean stale,
        Map<String, Double> values,
        List<SessionView> encoderSessions,
        @Schema(examples = "gateway-0") @Nullable String member) {

    /** Vendor of replayed GPUs: DCGM supports NVIDIA only. */
    private static final String DCGM_VENDOR = label(Vendor.NVIDIA);

    /**
     * Joins what is known of a GPU.
     *
     * @param report result of the probe, if it is a device of this machine
     * @param state latest sample, if there is one
     * @param stored stored series
     * @param sessions converts an encoder session
     */
    static GpuView of(
            String id,
            @Nullable DeviceReport report,
            @Nullable GpuState state,
            List<StoredSeries> stored,
            Function<EncoderSession, SessionView> sessions) {
        return state == null ? known(id, report, stored) : sampled(report, state, sessions);
    }

    private static GpuView known(String id, @Nullable DeviceReport report, List<StoredSeries> stored) {
        Origin origin = report != null
                        || stored.stream().anyMatch(series -> series.key().origin() == Origin.LIVE)
                ? Origin.LIVE
                : Origin.REPLAY;
        List<StoredSeries> counted = stored.stream()
                .filter(series -> series.key().origin() == origin)
                .toList();
        @Nullable
        StoredSeries last = counted.stream()
                .max(Comparator.comparingLong(series -> series.latest().nanos()))
                .orElse(null);
        boolean lastSeenLive = last != null && origin == Origin.LIVE;
        Map<String, Double> values = new TreeMap<>();
        counted.forEach(
                series -> values.put(series.key().metric(), series.latest().mean()));
        return new GpuView(
                id,
                report != null ? label(report.device().vendor()) : origin == Origin.REPLAY ? DCGM_VENDOR : null,
                report != null ? report.device().name() : last == null ? "" : last.name(),
                encoders(report),
                report == null ? Map.of() : report.rejected(),
                origin.label(),
                last == null ? null : last.key().host(),
                null,
                null,
                last == null ? null : PointTime.instant(last.latest().nanos()),
                lastSeenLive ? Boolean.TRUE : null,
                values,
                List.of(),
                null);
    }

    private static GpuView sampled(
            @Nullable DeviceReport report, GpuState state, Function<EncoderSession, SessionView> sessions) {
        GpuSample sample = state.sample();
        @Nullable Device device = report == null ? null : report.device();
        return new GpuView(
                sample.gpu(),
                label(device == null ? sample.vendor() : device.vendor()),
                device == null ? sample.name() : device.name(),
                encoders(report),
                report == null ? Map.of() : report.rejected(),
                Origin.LIVE.label(),
                sample.host(),
                known(sample.pciId()),
                known(sample.driver()),
                sample.time(),
                state.stale(),
                new TreeMap<>(sample.values()),
                sample.sessions().stream().map(sessions).toList(),
                null);
    }

    /** Returns the same GPU as that of a member of a cluster. */
    GpuView of(String owner) {
        return new GpuView(
                id,
                vendor,
                name,
                encoders,
                rejected,
                source,
                host,
                pciId,
                driver,
                sampledAt,
                stale,
                values,
                encoderSessions,
                owner);
    }

    private static String label(Vendor vendor) {
        return vendor.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String known(String text) {
        return text.isEmpty() ? null : text;
    }

    private static List<WorkingEncoder> encoders(@Nullable DeviceReport report) {
        return report == null
                ? List.of()
                : report.encoders().entrySet().stream()
                        .map(entry -> new WorkingEncoder(
                                entry.getKey().name().toLowerCase(Locale.ROOT),
                                entry.getValue().encoder(),
                                Math.round(entry.getValue().speed() * 10) / 10.0))
                        .toList();
    }

    /**
     * Encoder that passed the probe.
     *
     * @param speed seconds of 1080-line video that it transcodes to 720p in one second
     */
    public record WorkingEncoder(
            @Schema(examples = "h264") String codec,
            @Schema(examples = "h264_nvenc") String encoder,
            @Schema(examples = "24.3") double speed) {}

    /**
     * Encoder session.
     *
     * @param pid id of the process that opened it
     * @param own whether this service started that process
     * @param stream stream that it encodes for, if known: the driver reports process ids of the host, which differ in a container
     */
    @Schema(name = "EncoderSession")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SessionView(
            long pid,
            boolean own,
            @Nullable String stream,
            @Schema(examples = "h264") String codec,
            int width,
            int height,
            double framesPerSecond,
            long latencyMicros) {

        static SessionView of(EncoderSession session, Optional<String> stream) {
            return new SessionView(
                    session.pid(),
                    isOurs(session.pid()),
                    stream.orElse(null),
                    session.codec(),
                    session.width(),
                    session.height(),
                    session.framesPerSecond(),
                    session.latencyMicros());
        }

        private static boolean isOurs(long pid) {
            long us = ProcessHandle.current().pid();
            return ProcessHandle.of(pid)
                    .flatMap(ProcessHandle::parent)
                    .map(parent -> parent.pid() == us)
                    .orElse(false);
        }
    }
}
