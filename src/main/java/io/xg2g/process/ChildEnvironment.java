package io.xg2g.process;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Environment of child processes: the variables by which programs, libraries and GPUs are found, and no others. */
public final class ChildEnvironment {
    private ChildEnvironment() {}

    /** Returns the environment of a child with that home directory, by which {@link OrphanReaper} recognizes it; modifiable. */
    public static Map<String, String> of(Path home) {
        return of(System.getenv(), home);
    }

    static Map<String, String> of(Map<String, String> parent, Path home) {
        Map<String, String> environment = new TreeMap<>();
        parent.forEach((name, value) -> {
            if (name.equals("PATH")
                    || name.equals("LD_LIBRARY_PATH")
                    || name.startsWith("LIBVA_")
                    || name.equals("CUDA_VISIBLE_DEVICES")
                    || name.startsWith("NVIDIA_")) {
                environment.put(name, value);
            }
        });
        environment.put("HOME", home.toString());
        // Makes CUDA number devices as DeviceDiscovery does.
        environment.put("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
        return environment;
    }
}
