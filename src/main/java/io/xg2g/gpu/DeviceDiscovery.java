package io.xg2g.gpu;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the devices of this machine by reading what the kernel says about them; nothing is opened or started.
 *
 * <p>NVIDIA devices come from {@code /proc/driver/nvidia/gpus} and need their {@code /dev/nvidiaN}; Intel and AMD
 * devices are the render nodes in {@code /dev/dri}, told apart by the PCI vendor id in sysfs. Whether a device can
 * encode is a matter of the encoder probe.
 */
@ApplicationScoped
public class DeviceDiscovery {
    private static final String INTEL = "0x8086";
    private static final String AMD = "0x1002";

    private final Path root;
    private final @Nullable String visible;
    /** By PCI address; an id that was given stays. */
    private final Map<String, String> nvidiaIds = new ConcurrentHashMap<>();

    /** Discovers the devices of the machine it runs on. */
    @Inject
    public DeviceDiscovery() {
        this(Path.of("/"), System.getenv("CUDA_VISIBLE_DEVICES"));
    }

    /**
     * Discovers the devices described by a directory tree.
     *
     * @param root where {@code proc}, {@code dev} and {@code sys} lie
     * @param visible the value of {@code CUDA_VISIBLE_DEVICES}, by which CUDA selects and numbers the NVIDIA devices
     */
    public DeviceDiscovery(Path root, @Nullable String visible) {
        this.root = root;
        this.visible = visible;
    }

    /** The devices that are there now: NVIDIA in CUDA's order, then Intel and AMD by node; software always last. */
    public List<Device> discover() {
        List<Device> devices = new ArrayList<>(nvidia());
        for (Path node : KernelFiles.list(root.resolve("dev/dri"))) {
            String name = node.getFileName().toString();
            if (name.startsWith("renderD")) {
                renderNode(name).ifPresent(devices::add);
            }
        }
        devices.add(Device.SOFTWARE);
        return List.copyOf(devices);
    }

    /**
     * The id of the NVIDIA device at that PCI address. It is not its UUID where the kernel did not tell that when the device
     * was first seen, which it does not before a program has used the device.
     */
    Optional<String> nvidiaId(String pciId) {
        return Optional.ofNullable(nvidiaIds.get(pciId));
    }

    private List<Device> nvidia() {
        List<Device> all = new ArrayList<>();
        // The directories are PCI addresses, so that their order is that of CUDA_DEVICE_ORDER=PCI_BUS_ID.
        for (Path gpu : KernelFiles.list(root.resolve("proc/driver/nvidia/gpus"))) {
            Map<String, String> facts = information(gpu.resolve("information"));
            String minor = facts.getOrDefault("device minor", "");
            String uuid = facts.getOrDefault("gpu uuid", "");
            if (minor.matches("\\d{1,4}") && Files.exists(root.resolve("dev/nvidia" + minor))) {
                String id = nvidiaIds.computeIfAbsent(
                        String.valueOf(gpu.getFileName()),
                        _ -> uuid.startsWith("GPU-") && !uuid.contains("?") ? uuid : "nvidia" + minor);
                String name = facts.getOrDefault("model", "NVIDIA GPU");
                all.add(new Device(id, Vendor.NVIDIA, name, all.size(), ""));
            }
        }
        return visible == null ? all : select(all, visible);
    }

    /** Chooses as CUDA does: ordinals or the beginnings of UUIDs, up to the first one that names no device. */
    private static List<Device> select(List<Device> all, String visible) {
        List<Device> chosen = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (String part : visible.split(",", -1)) {
            String token = part.strip();
            Optional<Device> found = all.stream()
                    .filter(device -> token.matches("\\d{1,4}")
                            ? device.index() == Integer.parseInt(token)
                            : token.startsWith("GPU-") && device.id().startsWith(token))
                    .findFirst();
            if (found.isEmpty() || !taken.add(found.get().id())) {
                break;
            }
            Device device = found.get();
            chosen.add(new Device(device.id(), device.vendor(), device.name(), chosen.size(), device.node()));
        }
        return chosen;
    }

    private Optional<Device> renderNode(String name) {
        Path device = root.resolve("sys/class/drm").resolve(name).resolve("device");
        String node = "/dev/dri/" + name;
        return switch (KernelFiles.read(device.resolve("vendor")).strip().toLowerCase(Locale.ROOT)) {
            case INTEL -> Optional.of(new Device(name, Vendor.INTEL, named("Intel", device), 0, node));
            case AMD -> Optional.of(new Device(name, Vendor.AMD, named("AMD", device), 0, node));
            // NVIDIA's own render nodes are the devices found above; others have no encoder that ffmpeg knows.
            default -> Optional.empty();
        };
    }

    private static String named(String maker, Path device) {
        String product = KernelFiles.read(device.resolve("product_name")).strip();
        if (!product.isEmpty()) {
            return product;
        }
        String id = KernelFiles.read(device.resolve("device")).strip();
        return id.isEmpty() ? maker + " GPU" : maker + " GPU " + id;
    }

    private static Map<String, String> information(Path file) {
        Map<String, String> facts = new HashMap<>();
        KernelFiles.read(file).lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                facts.put(
                        line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        });
        return facts;
    }
}
