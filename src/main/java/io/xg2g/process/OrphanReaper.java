package io.xg2g.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Termination of child processes that have survived a killed instance of this program.
 *
 * <p>They are recognized by their environment: {@code HOME} of every child is a directory in the work directory, which belongs
 * to the instance that holds its lock.
 */
final class OrphanReaper {
    private static final Logger LOG = Logger.getLogger(OrphanReaper.class);
    private static final Path PROC = Path.of("/proc");

    private OrphanReaper() {}

    /** Kills every process whose {@code HOME} is below the work directory, and waits for their end. */
    static void end(Path workDirectory) {
        String home = "HOME=" + workDirectory + "/u";
        List<ProcessHandle> orphans = ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> belongsTo(process, home))
                .toList();
        for (ProcessHandle orphan : orphans) {
            LOG.warnf("orphaned child process killed: pid=%d", orphan.pid());
            orphan.destroyForcibly();
        }
        for (ProcessHandle orphan : orphans) {
            orphan.onExit()
                    .orTimeout(5, TimeUnit.SECONDS)
                    .exceptionally(timeout -> orphan)
                    .join();
        }
    }

    private static boolean belongsTo(ProcessHandle process, String home) {
        try {
            byte[] environment = Files.readAllBytes(
                    PROC.resolve(Long.toString(process.pid())).resolve("environ"));
            String variables = new String(environment, StandardCharsets.UTF_8);
            return variables.startsWith(home) || variables.contains('\0' + home);
        } catch (IOException unreadable) {
            return false;
        }
    }
}
