package io.xg2g.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files that processes have open, as {@code /proc/<pid>/fd} shows them (proc(5)): those of this user's processes in this
 * container. Nothing where there is no {@code /proc}.
 */
final class OpenFiles {
    private static final Path PROC = Path.of("/proc");

    private OpenFiles() {}

    /**
     * A process that has a file open that was removed.
     *
     * @param file where it lay: an absolute path without symbolic links
     * @return its number
     */
    static Optional<Long> holderOfRemoved(Path file) {
        String removed = file + " (deleted)";
        try (Stream<Path> processes = Files.list(PROC)) {
            return processes
                    .filter(process -> isNumber(name(process)))
                    .filter(process -> hasOpen(process, removed))
                    .map(process -> Long.valueOf(name(process)))
                    .findFirst();
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    private static boolean hasOpen(Path process, String target) {
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            return descriptors.anyMatch(descriptor -> leadsTo(descriptor, target));
        } catch (IOException othersOrGone) {
            return false;
        }
    }

    private static boolean leadsTo(Path descriptor, String target) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(target);
        } catch (IOException closed) {
            return false;
        }
    }

    private static boolean isNumber(String name) {
        return name.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
