package io.xg2g.dispatch;

import io.quarkus.runtime.Startup;
import io.xg2g.ffmpeg.Codec;
import io.xg2g.ffmpeg.DeviceReport;
import io.xg2g.gpu.Vendor;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Calculation of the number of slots of each probed device. */
@ApplicationScoped
@Startup
public class SlotAllocator {
    /** Sessions of one unit: the rungs of a ladder are encoded at once, each in a session of its own. */
    private static final int SESSIONS_PER_UNIT = 3;

    private final OptionalInt workers;
    private final OptionalInt softwareSlots;

    SlotAllocator(QueueConfig queue, SoftwareConfig software) {
        this.workers = QueueSettings.slotsOrAuto("xg2g.gpu.queue.workers", queue.workers());
        this.softwareSlots = QueueSettings.slotsOrAuto("xg2g.gpu.software.slots", software.slots());
    }

    /**
     * Returns the devices with a working encoder, with their slots.
     *
     * @param dueSlots whether a processor gets additional slots for units with a due time. A worker has none: each slot that it
     *     offers takes any unit
     */
    public List<DeviceCapacity> slots(List<DeviceReport> reports, boolean dueSlots) {
        return reports.stream()
                .filter(DeviceReport::usable)
                .map(report -> slots(report, dueSlots))
                .toList();
    }

    private DeviceCapacity slots(DeviceReport report, boolean dueSlots) {
        if (report.device().vendor() != Vendor.SOFTWARE) {
            int slots = Math.min(workers.orElseGet(() -> measured(report)), sessions(report));
            return with(report, Math.clamp(slots, 1, GpuSlots.AUTO_LIMIT), 0);
        }
        if (softwareSlots.isPresent()) {
            return with(report, softwareSlots.getAsInt(), 0);
        }
        int max = workers.orElse(GpuSlots.AUTO_LIMIT);
        if (!dueSlots) {
            return with(report, Math.clamp(measured(report), 1, max), 0);
        }
        int slots = Math.clamp(measured(report), 1, Math.max(1, max / 2));
        return with(report, slots, Math.min(slots, max - slots));
    }

    private static DeviceCapacity with(DeviceReport report, int slots, int dueSlots) {
        Set<String> encoders = report.encoders().values().stream()
                .map(DeviceReport.EncoderReport::encoder)
                .collect(Collectors.toUnmodifiableSet());
        return new DeviceCapacity(report.device(), slots, dueSlots, speed(report), encoders);
    }

    /** Returns the number of units that the device transcodes in real time, at least 1. */
    private static int measured(DeviceReport report) {
        return Math.max(1, (int) speed(report));
    }

    private static double speed(DeviceReport report) {
        DeviceReport.EncoderReport h264 = report.encoders().get(Codec.H264);
        return h264 == null ? 0 : h264.speed();
    }

    private static int sessions(DeviceReport report) {
        int limit = report.sessionLimit();
        return limit == 0 || limit >= DeviceReport.MANY_SESSIONS ? GpuSlots.AUTO_LIMIT : limit / SESSIONS_PER_UNIT;
    }
}
