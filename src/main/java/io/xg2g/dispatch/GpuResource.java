package io.xg2g.dispatch;

import io.xg2g.ffmpeg.DeviceReport;
import io.xg2g.ffmpeg.EncoderProbe;
import io.xg2g.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The devices and what the probe found out about them. */
@Path("/api/v1/gpus")
@RolesAllowed(Roles.OPERATOR)
public class GpuResource {
    private final EncoderProbe probe;

    GpuResource(EncoderProbe probe) {
        this.probe = probe;
    }

    /** Every device, software last; none while the first probe is under way. */
    @GET
    @Operation(summary = "The devices and their encoders")
    @Produces(MediaType.APPLICATION_JSON)
    public List<Gpu> get() {
        return probe.finished().orElse(List.of()).stream()
                .map(GpuResource::view)
                .toList();
    }

    private static Gpu view(DeviceReport report) {
        return new Gpu(
                report.device().id(),
                report.device().vendor().name().toLowerCase(Locale.ROOT),
                report.device().name(),
                report.encoders().entrySet().stream()
                        .map(entry -> new WorkingEncoder(
                                entry.getKey().name().toLowerCase(Locale.ROOT),
                                entry.getValue().encoder(),
                                Math.round(entry.getValue().speed() * 10) / 10.0))
                        .toList(),
                report.rejected());
    }

    /**
     * One device.
     *
     * @param encoders those that passed the probe and are used
     * @param rejected why others are not, by ffmpeg's name of the encoder
     */
    public record Gpu(
            @Schema(examples = "GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77")
            String id,

            @Schema(examples = "nvidia") String vendor,
            @Schema(examples = "NVIDIA L4") String name,
            List<WorkingEncoder> encoders,
            Map<String, String> rejected) {}

    /**
     * An encoder that works.
     *
     * @param speed seconds of 1080-line video that it turns into 720p in one second
     */
    public record WorkingEncoder(
            @Schema(examples = "h264") String codec,
            @Schema(examples = "h264_nvenc") String encoder,
            @Schema(examples = "24.3") double speed) {}
}
