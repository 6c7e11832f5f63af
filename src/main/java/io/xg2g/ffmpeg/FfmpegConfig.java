package io.xg2g.ffmpeg;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Location, limits and timeouts of ffmpeg. */
@ConfigMapping(prefix = "xg2g.ffmpeg")
public interface FfmpegConfig {

    /** The ffmpeg program, version 5.1 or newer: a name, looked up in {@code PATH}, or a path. */
    @WithDefault("ffmpeg")
    String path();

    /** The ffprobe program of the same installation: a name, looked up in {@code PATH}, or a path. */
    @WithDefault("ffprobe")
    String ffprobePath();

    /**
     * The directory of temporary files. One running program locks it; it is accessible to its owner only, and emptied at start,
     * except for {@code data} in it. If it is deleted while the program runs, it is created again, empty. Not below
     * {@code /tmp} or {@code /var/tmp}, whose files other programs delete.
     */
    @WithDefault("${user.home}/.local/state/xg2g-gpu")
    Path workDir();

    /** Time limit for ffmpeg's first progress report: 100ms to 5m. */
    @WithDefault("10s")
    Duration startTimeout();

    /** Time limit without progress: 100ms to 5m. */
    @WithDefault("10s")
    Duration stallTimeout();

    /** Time limit of one unit: 100ms to 1h. */
    @WithDefault("60s")
    Duration runTimeout();

    /** Time between SIGTERM and SIGKILL for a process that is stopped: 10ms to 1m. */
    @WithDefault("3s")
    Duration stopGrace();

    /** Time limit of the inspection of an input: 100ms to 1m. */
    @WithDefault("5s")
    Duration inspectTimeout();

    /** Time without data after which a live source that ffmpeg fetches counts as lost: 1s to 5m. */
    @WithDefault("10s")
    Duration sourceTimeout();

    /** Minimum free space in the work directory to start a unit: 0 to 1T. */
    @WithDefault("256M")
    MemorySize minFreeDisk();

    /**
     * The preset of libx264 and libx265, from fastest to slowest: {@code superfast}, {@code veryfast}, {@code faster},
     * {@code fast}, {@code medium}, {@code slow}. ({@code ultrafast} is not allowed: it disables features of the profile.)
     */
    @WithDefault("veryfast")
    String softwarePreset();

    /**
     * Threads of a unit's decoder, and of each of its software encoders: 0 to 64. With 0 all concurrent units together have
     * two for each processor, and one unit at most as many as there are processors, or 16.
     */
    @WithDefault("0")
    int threads();

    /**
     * Memory limit of one child process, without GPU memory, but with that of the GPU's driver: 256M to 1T; 0 is no limit.
     * The default is three quarters of the machine's or container's memory divided by the number of concurrent units, at
     * least 1G and at most 8G. It is {@code RLIMIT_DATA}, set by {@code prlimit} from util-linux; without that program
     * neither this nor any other {@code max-…} limit applies.
     */
    Optional<MemorySize> maxMemory();

    /**
     * The user of child processes if the program runs as root; by default they run as root without capabilities. A name in
     * {@code /etc/passwd} other than root. It must be able to enter the parent directories of {@code xg2g.ffmpeg.work-dir}
     * and to read configured files, and needs the groups of GPU devices ({@code render}, {@code video}). All its processes
     * together have at most 4096 threads. Without effect if the program does not run as root.
     */
    Optional<String> user();

    /** Maximum number of open files, sockets and devices of one child process: 64 to 65536; 0 is no limit. */
    @WithDefault("256")
    int maxOpenFiles();

    /** Maximum size of a file that a child process writes: 16M to 1T; 0 is no limit. */
    @WithDefault("4G")
    MemorySize maxFileSize();

    /**
     * Niceness of child processes relative to this program: 0 to 19. To that of windows of live channels, units of playing
     * streams add 3, new requests 5, previews 15.
     */
    @WithDefault("0")
    int nice();
}
