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
 * Discovery of the devices of this machine from {@code /proc}, {@code /dev} and {@code /sys}. It opens no device and starts
 * no process.
 *
 * <p>NVIDIA devices come from {@code /proc/driver/nvidia/gpus} and need their {@code /dev/nvidiaN}; Intel and AMD
 * devices are the render nodes in {@code /dev/dri}, identified by the PCI vendor id in sysfs. Whether a device can
 * encode is determined by the encoder probe.
 */
@ApplicationScoped
public class DeviceDiscovery {
    private static final String INTEL = "0x8086";
    private static final String AMD = "0x1002";

    private final Path root;
    private final @Nullable String visible;
    /** Ids by PCI address; an id stays the same while the program runs. */
    private final Map<String, String> nvidiaIds = new ConcurrentHashMap<>();

    /** Discovery on this machine. */
    @Inject
    public DeviceDiscovery() {
        this(Path.of("/"), System.getenv("CUDA_VISIBLE_DEVICES"));
    }

    /**
     * Discovery in a directory tree.
     *
     * @param root parent of {@code proc}, {@code dev} and {@code sys}
     * @param visible the value of {@code CUDA_VISIBLE_DEVICES}, by which CUDA selects and numbers the NVIDIA devices
     */
    public DeviceDiscovery(Path root, @Nullable String visible) {
        this.root = root;
        this.visible = visible;
    }

    /** Returns the devices present: NVIDIA in CUDA's order, then Intel and AMD by node, software last. */
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
     * Returns the id of the NVIDIA device at that PCI address. It is {@code nvidiaN} instead of the UUID if the kernel did not
     * report a UUID when the device was discovered first: it reports one only after a program has used the device.
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

    /** Selects devices like CUDA: by ordinal or by prefix of the UUID, up to the first entry that matches no device. */
    private static List<Device> select(List<Device> all, String visible) {
        List<Device> selected = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (String part : visible.split(",", -1)) {
            String token = part.strip();
            Optional<Device> match = all.stream()
                    .filter(device -> token.matches("\\d{1,4}")
                            ? device.index() == Integer.parseInt(token)
                            : token.startsWith("GPU-") && device.id().startsWith(token))
                    .findFirst();
            if (match.isEmpty() || !taken.add(match.get().id())) {
                break;
            }
            Device device = match.get();
            selected.add(new Device(device.id(), device.vendor(), device.name(), selected.size(), device.node()));
        }
        return selected;
    }

    private Optional<Device> renderNode(String name) {
        Path device = root.resolve("sys/class/drm").resolve(name).resolve("device");
        String node = "/dev/dri/" + name;
        return switch (KernelFiles.read(device.resolve("vendor")).strip().toLowerCase(Locale.ROOT)) {
            case INTEL -> Optional.of(new Device(name, Vendor.INTEL, name("Intel", device), 0, node));
            case AMD -> Optional.of(new Device(name, Vendor.AMD, name("AMD", device), 0, node));
            // NVIDIA's render nodes belong to the devices from /proc; ffmpeg knows no encoder of other vendors.
            default -> Optional.empty();
        };
    }

    private static String name(String manufacturer, Path device) {
        String product = KernelFiles.read(device.resolve("product_name")).strip();
        if (!product.isEmpty()) {
            return product;
        }
        String id = KernelFiles.read(device.resolve("device")).strip();
        return id.isEmpty() ? manufacturer + " GPU" : manufacturer + " GPU " + id;
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
