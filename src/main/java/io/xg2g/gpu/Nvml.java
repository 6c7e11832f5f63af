package io.xg2g.gpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Binding to NVIDIA's management library, {@code libnvidia-ml.so.1}; names, structures and return codes are those of NVIDIA's
 * {@code nvml.h}. Confined to the thread that created it.
 *
 * <p>Values that a GPU or an older library does not support are empty. It uses {@code java.base} only, since {@link NvmlSelfTest}
 * has no other class path.
 */
@SuppressWarnings("restricted") // Native calls; the signatures are those of nvml.h.
final class Nvml implements AutoCloseable {
    static final int SUCCESS = 0;
    static final int UNINITIALIZED = 1;
    static final int NO_PERMISSION = 4;
    static final int DRIVER_NOT_LOADED = 9;
    static final int FUNCTION_NOT_FOUND = 13;
    static final int GPU_IS_LOST = 15;
    static final int RESET_REQUIRED = 16;
    static final int LIBRARY_RM_MISMATCH = 18;

    /** Return codes after which the library or the GPU can no longer be queried. */
    private static final Set<Integer> FATAL =
            Set.of(UNINITIALIZED, DRIVER_NOT_LOADED, GPU_IS_LOST, RESET_REQUIRED, LIBRARY_RM_MISMATCH);

    /** Buffer size of a text; NVML's longest is 96 (NVML_DEVICE_UUID_V2_BUFFER_SIZE). */
    private static final int TEXT = 256;

    private static final int MAX_SESSIONS = 512;
    private static final int SESSION_BYTES = 32;
    private static final String[] CODECS = {"h264", "hevc", "av1"};

    /** Size of {@code nvmlMemory_v2_t}, and its version in the upper byte. */
    private static final int MEMORY_V2 = 40 | (2 << 24);

    private static final int MEMORY_V1_BYTES = 24;
    private static final int MEMORY_V2_BYTES = 40;
    /** Offset of {@code busId} in {@code nvmlPciInfo_t}. */
    private static final int BUS_ID = 36;

    private static final int PCI_INFO_BYTES = 68;
    private static final long XID_CRITICAL_ERROR = 8;
    private static final int EVENT_BYTES = 32;
    private static final int MAX_EVENTS = 64;

    /** VRAM in bytes. */
    record Memory(OptionalDouble used, OptionalDouble total) {}

    /** Two values of one query. */
    record Pair(OptionalDouble first, OptionalDouble second) {}

    /**
     * XID error.
     *
     * @param device address of the device's handle
     */
    record Xid(long device, long number) {}

    private final Linker linker = Linker.nativeLinker();
    private final Arena arena = Arena.ofConfined();
    private final SymbolLookup library;
    private final Map<String, MethodHandle> functions = new HashMap<>();
    private final Set<FunctionDescriptor> signatures = new HashSet<>();
    private final MemorySegment out = arena.allocate(TEXT, Long.BYTES);
    private final MemorySegment second = arena.allocate(JAVA_INT);
    private final MemorySegment sessions = arena.allocate(MAX_SESSIONS * SESSION_BYTES, Long.BYTES);
    private final @Nullable MemorySegment events;

    /**
     * Loads the library and initialises it.
     *
     * @param name name that the dynamic linker resolves, or path
     * @throws IllegalArgumentException if there is no such library
     * @throws NvmlException if it cannot be used
     */
    Nvml(String name) {
        try {
            library = name.contains("/")
                    ? SymbolLookup.libraryLookup(Path.of(name), arena)
                    : SymbolLookup.libraryLookup(name, arena);
            require("nvmlInit_v2");
            events = succeeds("nvmlEventSetCreate", out) ? out.get(ADDRESS, 0) : null;
        } catch (RuntimeException unusable) {
            arena.close();
            throw unusable;
        }
    }

    /** Shuts the library down and unloads it, so that another version can be loaded. */
    @Override
    public void close() {
        if (events != null) {
            call("nvmlEventSetFree", events);
        }
        call("nvmlShutdown");
        arena.close();
    }

    /** Returns the driver's version, for instance {@code 550.54.15}. */
    Optional<String> driverVersion() {
        return succeeds("nvmlSystemGetDriverVersion", out, TEXT) ? Optional.of(out.getString(0)) : Optional.empty();
    }

    /** Returns the handles of the GPUs that can be queried. */
    List<MemorySegment> devices() {
        require("nvmlDeviceGetCount_v2", out);
        int count = out.get(JAVA_INT, 0);
        List<MemorySegment> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (call("nvmlDeviceGetHandleByIndex_v2", i, out) == SUCCESS) {
                devices.add(out.get(ADDRESS, 0));
            }
        }
        return devices;
    }

    /** Returns the handles of a GPU's MIG devices; none if MIG is disabled. */
    List<MemorySegment> migDevices(MemorySegment gpu) {
        List<MemorySegment> devices = new ArrayList<>();
        boolean migEnabled = succeeds("nvmlDeviceGetMigMode", gpu, out, second) && out.get(JAVA_INT, 0) == 1;
        if (migEnabled && succeeds("nvmlDeviceGetMaxMigDeviceCount", gpu, out)) {
            int max = out.get(JAVA_INT, 0);
            for (int i = 0; i < max; i++) {
                if (call("nvmlDeviceGetMigDeviceHandleByIndex", gpu, i, out) == SUCCESS) {
                    devices.add(out.get(ADDRESS, 0));
                }
            }
        }
        return devices;
    }

    /** Returns a text of the device: {@code nvmlDeviceGetUUID}, {@code nvmlDeviceGetName}. */
    Optional<String> text(String function, MemorySegment device) {
        return succeeds(function, device, out, TEXT) ? Optional.of(out.getString(0)) : Optional.empty();
    }

    /** Returns the PCI address as NVML writes it, for instance {@code 00000000:01:00.0}. */
    Optional<String> busId(MemorySegment device) {
        MemorySegment info = out.asSlice(0, PCI_INFO_BYTES);
        return succeeds("nvmlDeviceGetPciInfo_v3", device, info)
                ? Optional.of(info.getString(BUS_ID))
                : Optional.empty();
    }

    /** Returns an unsigned number of the device: {@code nvmlDeviceGetPowerUsage} (milliwatts). */
    OptionalDouble number(String function, MemorySegment device) {
        return number(succeeds(function, device, out));
    }

    /**
     * Returns an unsigned number of a sensor or clock: {@code nvmlDeviceGetTemperature} (0 is the GPU's),
     * {@code nvmlDeviceGetClockInfo} (MHz; 0 graphics, 2 memory).
     */
    OptionalDouble number(String function, MemorySegment device, int index) {
        return number(succeeds(function, device, index, out));
    }

    /**
     * Returns an average that the library returns with its averaging period: {@code nvmlDeviceGetEncoderUtilization} (percent).
     */
    OptionalDouble average(String function, MemorySegment device) {
        return number(succeeds(function, device, out, second));
    }

    /** Returns the utilization of the GPU and of its memory in percent. */
    Pair utilization(MemorySegment device) {
        boolean supported = succeeds("nvmlDeviceGetUtilizationRates", device, out);
        OptionalDouble gpu = number(supported);
        return new Pair(gpu, supported ? unsigned(out, Integer.BYTES) : OptionalDouble.empty());
    }

    /** Returns VRAM without the driver's reservation, like {@code nvidia-smi}; older libraries include it. */
    Memory memory(MemorySegment device) {
        MemorySegment v2 = out.asSlice(0, MEMORY_V2_BYTES);
        v2.set(JAVA_INT, 0, MEMORY_V2);
        if (succeeds("nvmlDeviceGetMemoryInfo_v2", device, v2)) {
            return new Memory(bytes(v2, 4), bytes(v2, 1));
        }
        MemorySegment v1 = out.asSlice(0, MEMORY_V1_BYTES);
        return succeeds("nvmlDeviceGetMemoryInfo", device, v1)
                ? new Memory(bytes(v1, 2), bytes(v1, 0))
                : new Memory(OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** Returns the open encoder sessions; empty if the device does not report them. */
    Optional<List<EncoderSession>> encoderSessions(MemorySegment device) {
        out.set(JAVA_INT, 0, MAX_SESSIONS);
        if (!succeeds("nvmlDeviceGetEncoderSessions", device, out, sessions)) {
            return Optional.empty();
        }
        List<EncoderSession> open = new ArrayList<>();
        for (int i = 0; i < Math.min(out.get(JAVA_INT, 0), MAX_SESSIONS); i++) {
            open.add(session(sessions.asSlice((long) i * SESSION_BYTES, SESSION_BYTES)));
        }
        return Optional.of(List.copyOf(open));
    }

    private static EncoderSession session(MemorySegment info) {
        int codec = info.getAtIndex(JAVA_INT, 3);
        return new EncoderSession(
                Integer.toUnsignedLong(info.getAtIndex(JAVA_INT, 1)),
                codec >= 0 && codec < CODECS.length ? CODECS[codec] : "unknown",
                info.getAtIndex(JAVA_INT, 4),
                info.getAtIndex(JAVA_INT, 5),
                Integer.toUnsignedLong(info.getAtIndex(JAVA_INT, 6)),
                Integer.toUnsignedLong(info.getAtIndex(JAVA_INT, 7)));
    }

    /** Registers for the device's XID errors, which {@link #xids} returns. */
    void registerEvents(MemorySegment device) {
        if (events != null) {
            call("nvmlDeviceRegisterEvents", device, XID_CRITICAL_ERROR, events);
        }
    }

    /** Returns the XID errors of registered devices since the last call. */
    List<Xid> xids() {
        List<Xid> errors = new ArrayList<>();
        MemorySegment event = out.asSlice(0, EVENT_BYTES);
        // Returns GPU_IS_LOST if any GPU is lost. The last argument is the timeout in milliseconds.
        while (events != null
                && errors.size() < MAX_EVENTS
                && call("nvmlEventSetWait_v2", events, event, 1) == SUCCESS) {
            if (event.get(JAVA_LONG, 8) == XID_CRITICAL_ERROR) {
                errors.add(new Xid(event.get(JAVA_LONG, 0), event.get(JAVA_LONG, 16)));
            }
        }
        return errors;
    }

    /** Returns the signatures that were called: a native image must register them. */
    Set<FunctionDescriptor> signatures() {
        return Set.copyOf(signatures);
    }

    private OptionalDouble number(boolean supported) {
        return supported ? unsigned(out, 0) : OptionalDouble.empty();
    }

    private static OptionalDouble unsigned(MemorySegment from, long offset) {
        return OptionalDouble.of((double) Integer.toUnsignedLong(from.get(JAVA_INT, offset)));
    }

    private static OptionalDouble bytes(MemorySegment from, long index) {
        return OptionalDouble.of((double) from.getAtIndex(JAVA_LONG, index));
    }

    private void require(String function, Object... arguments) {
        int code = call(function, arguments);
        if (code != SUCCESS) {
            throw new NvmlException(function, code);
        }
    }

    /** Calls a function and returns whether it succeeded. */
    private boolean succeeds(String function, Object... arguments) {
        int code = call(function, arguments);
        if (FATAL.contains(code)) {
            throw new NvmlException(function, code);
        }
        return code == SUCCESS;
    }

    /** Calls a function of the library; its signature is derived from the arguments. */
    private int call(String function, Object... arguments) {
        MethodHandle handle = functions.computeIfAbsent(function, name -> link(name, arguments));
        try {
            return (int) handle.invokeExact(arguments);
        } catch (Throwable thrown) {
            throw new IllegalStateException("a call of " + function + " does not throw", thrown);
        }
    }

    private MethodHandle link(String function, Object... arguments) {
        Optional<MemorySegment> symbol = library.find(function);
        if (symbol.isEmpty()) {
            MethodHandle answer = MethodHandles.constant(int.class, FUNCTION_NOT_FOUND);
            return MethodHandles.dropArguments(answer, 0, Object[].class);
        }
        MemoryLayout[] layouts = new MemoryLayout[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            layouts[i] = switch (arguments[i]) {
                case Integer _ -> JAVA_INT;
                case Long _ -> JAVA_LONG;
                default -> ADDRESS;
            };
        }
        FunctionDescriptor signature = FunctionDescriptor.of(JAVA_INT, layouts);
        signatures.add(signature);
        return linker.downcallHandle(symbol.get(), signature).asSpreader(Object[].class, arguments.length);
    }
}
