package io.xg2g.gpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Simulated trees of {@code /proc} and {@code /sys}. */
public final class DrmTree {
    private final Path root;

    public DrmTree(Path root) {
        this.root = root;
        write("proc/sys/kernel/osrelease", "6.12.1\n");
    }

    /** A render node with its card and its driver. */
    public void device(String node, String card, String pciId, String driver, String vendor) {
        Path device = root.resolve("sys/devices").resolve(pciId);
        write("dev/dri/" + node, "");
        write("sys/devices/" + pciId + "/vendor", vendor + "\n");
        write("sys/devices/" + pciId + "/device", "0x56c0\n");
        directory(device.resolve("drm").resolve(card));
        directory(root.resolve("sys/bus/pci/drivers").resolve(driver));
        link(device.resolve("driver"), root.resolve("sys/bus/pci/drivers").resolve(driver));
        link(directory(root.resolve("sys/class/drm").resolve(node)).resolve("device"), device);
    }

    /** A file of a device's directory in sysfs. */
    public void sysfs(String pciId, String file, String text) {
        write("sys/devices/" + pciId + "/" + file, text + "\n");
    }

    /** An open DRM file of a process, with its fdinfo. */
    public void fd(int pid, int fd, String node, List<String> info) {
        Path process = root.resolve("proc").resolve(Integer.toString(pid));
        Path descriptor = directory(process.resolve("fd")).resolve(Integer.toString(fd));
        if (!Files.isSymbolicLink(descriptor)) {
            link(descriptor, Path.of("/dev/dri", node));
        }
        write("proc/" + pid + "/fdinfo/" + fd, String.join("\n", info) + "\n");
    }

    /** A DRM file that a process closes while it is looked at: it is listed, and has no fdinfo any more. */
    public void closing(int pid, int fd, String node) {
        fd(pid, fd, node, List.of());
        delete(root.resolve("proc/" + pid + "/fdinfo/" + fd));
    }

    /** Ends the process. */
    public void end(int pid) {
        try (var files = Files.walk(root.resolve("proc").resolve(Integer.toString(pid)))) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(DrmTree::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String path, String text) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path directory(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void link(Path link, Path target) {
        try {
            Files.createSymbolicLink(link, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
