package io.xg2g.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Ends child processes that have outlived a killed program.
 *
 * <p>They are known by their environment: {@code HOME} of every child is its own directory in the work directory, and
 * whoever holds that one's lock owns them.
 */
final class OrphanReaper {
    private static final Logger LOG = Logger.getLogger(OrphanReaper.class);
    private static final Path PROC = Path.of("/proc");

    private OrphanReaper() {}

    /** Kills every process that was started with a home below the directory, and waits until they are gone. */
    static void end(Path workDirectory) {
        String home = "HOME=" + workDirectory + "/u";
        List<ProcessHandle> orphans = ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> belongsTo(process, home))
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

    private static boolean belongsTo(ProcessHandle process, String home) {
        try {
            byte[] environment = Files.readAllBytes(
                    PROC.resolve(Long.toString(process.pid())).resolve("environ"));
            String variables = new String(environment, StandardCharsets.UTF_8);
            return variables.startsWith(home) || variables.contains('\0' + home);
        } catch (IOException othersOrGone) {
            return false;
        }
    }
}
