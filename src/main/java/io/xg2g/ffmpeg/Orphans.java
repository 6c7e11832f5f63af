package io.xg2g.ffmpeg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Ends child processes that have outlived a killed program.
 *
 * <p>They are known by their working directory, which lies in the work directory: whoever holds its lock owns them.
 */
final class Orphans {
    private static final Logger LOG = Logger.getLogger(Orphans.class);
    private static final Path PROC = Path.of("/proc");

    private Orphans() {}

    /** Kills every process of this user that works below the directory, and waits until they are gone. */
    static void end(Path workDirectory) throws IOException {
        Path root = workDirectory.toRealPath();
        List<ProcessHandle> orphans = ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> worksBelow(process, root))
                .toList();
        for (ProcessHandle orphan : orphans) {
            LOG.warnf("orphaned child process ended: pid=%d", orphan.pid());
            orphan.destroyForcibly();
        }
        for (ProcessHandle orphan : orphans) {
            orphan.onExit()
                    .orTimeout(5, TimeUnit.SECONDS)
                    .exceptionally(stays -> orphan)
                    .join();
        }
    }

    private static boolean worksBelow(ProcessHandle process, Path root) {
        try {
            Path cwd = Files.readSymbolicLink(
                    PROC.resolve(Long.toString(process.pid())).resolve("cwd"));
            // A directory that is gone is shown with « (deleted)» behind it; the beginning is still right.
            return cwd.startsWith(root) && !cwd.equals(root);
        } catch (IOException othersOrGone) {
            return false;
        }
    }
}
