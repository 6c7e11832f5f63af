package io.xg2g.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of child processes and of the directory for temporary files, checked.
 *
 * @param workDirectory absolute path ({@code xg2g.ffmpeg.work-dir})
 * @param minFreeDisk bytes that must be free in it before a unit starts ({@code xg2g.ffmpeg.min-free-disk})
 * @param user user of child processes; empty if they have this program's ({@code xg2g.ffmpeg.user})
 * @param stopGrace time between SIGTERM and SIGKILL ({@code xg2g.ffmpeg.stop-grace})
 * @param nice niceness of every child, 0 to 19, to which that of its {@link ProcessPriority} is added
 * @param maxOpenFiles {@code RLIMIT_NOFILE} of a child; 0 for no limit
 * @param maxFileSize {@code RLIMIT_FSIZE} of a child in bytes; 0 for no limit
 */
public record ProcessSettings(
        Path workDirectory,
        long minFreeDisk,
        Optional<ChildUser> user,
        Duration stopGrace,
        int nice,
        int maxOpenFiles,
        long maxFileSize) {}
