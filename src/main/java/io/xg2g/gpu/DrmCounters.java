package io.xg2g.gpu;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Counters of one DRM client in {@code fdinfo}.
 *
 * @param pciId the GPU's PCI address
 * @param client the client's id, unique on that GPU; empty if the driver has no counters
 * @param busy time that each engine has worked for the client: nanoseconds, or cycles if the engine has a clock
 * @param clocks clock of each engine in cycles (xe)
 * @param capacities number of engines of a kind, if more than one
 * @param vram bytes of device memory; empty if the driver reports no such region
 */
record DrmCounters(
        String pciId,
        String client,
        Map<String, Long> busy,
        Map<String, Long> clocks,
        Map<String, Long> capacities,
        OptionalDouble vram) {
    static final DrmCounters NONE = parse("");

    private static final String CAPACITY = "drm-engine-capacity-";
    private static final String ENGINE = "drm-engine-";
    private static final String CYCLES = "drm-cycles-";
    private static final String CLOCK = "drm-total-cycles-";
    /** Key of newer kernels; older ones of amdgpu have {@link #MEMORY} only. */
    private static final String RESIDENT = "drm-resident-";

    private static final String MEMORY = "drm-memory-";

    /** Parses an {@code fdinfo} file; unknown lines are ignored. */
    static DrmCounters parse(String text) {
        Map<String, String> fields = new HashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0 && line.startsWith("drm-")) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        Map<String, Long> busy = new HashMap<>();
        Map<String, Long> clocks = new HashMap<>();
        Map<String, Long> capacities = new HashMap<>();
        fields.forEach((name, value) -> {
            if (name.startsWith(CAPACITY)) {
                capacities.put(name.substring(CAPACITY.length()), amount(value));
            } else if (name.startsWith(ENGINE)) {
                busy.put(name.substring(ENGINE.length()), amount(value));
            } else if (name.startsWith(CYCLES)) {
                busy.put(name.substring(CYCLES.length()), amount(value));
            } else if (name.startsWith(CLOCK)) {
                clocks.put(name.substring(CLOCK.length()), amount(value));
            }
        });
        OptionalDouble resident = deviceMemory(fields, RESIDENT);
        return new DrmCounters(
                fields.getOrDefault("drm-pdev", ""),
                fields.getOrDefault("drm-client-id", ""),
                busy,
                clocks,
                capacities,
                resident.isPresent() ? resident : deviceMemory(fields, MEMORY));
    }

    /** Returns whether the driver reports counters of the client. */
    boolean hasCounters() {
        return !client.isEmpty() && !pciId.isEmpty();
    }

    /** Returns the number of engines of a kind, at least 1. */
    long capacity(String engine) {
        return Math.max(1, capacities.getOrDefault(engine, 1L));
    }

    /** Returns the sum of the regions in device memory: {@code vram0} of xe, {@code local0} of i915, {@code vram} of amdgpu. */
    private static OptionalDouble deviceMemory(Map<String, String> fields, String kind) {
        return fields.entrySet().stream()
                .filter(field -> field.getKey().startsWith(kind + "vram")
                        || field.getKey().startsWith(kind + "local"))
                .mapToDouble(field -> amount(field.getValue()))
                .reduce(Double::sum);
    }

    /** Parses a number with or without a unit; returns nanoseconds, cycles or bytes. */
    private static long amount(String text) {
        String[] parts = text.split("\\s+", 2);
        if (!parts[0].matches("\\d{1,18}")) {
            return 0;
        }
        long number = Long.parseLong(parts[0]);
        return switch (parts.length == 2 ? parts[1] : "") {
            case "KiB" -> number << 10;
            case "MiB" -> number << 20;
            case "GiB" -> number << 30;
            default -> number;
        };
    }
}
