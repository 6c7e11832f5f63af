package io.xg2g.ffmpeg;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How ffmpeg is found, run and watched. */
@ConfigMapping(prefix = "xg2g.ffmpeg")
public interface FfmpegConfig {

    /** The ffmpeg program, version 5.1 or newer: a name that is looked up in {@code PATH}, or a path. */
    @WithDefault("ffmpeg")
    String path();

    /** The ffprobe program of the same installation: a name that is looked up in {@code PATH}, or a path. */
    @WithDefault("ffprobe")
    String ffprobePath();

    /**
     * The directory for everything temporary. It belongs to one running program alone, is made readable by its owner
     * only, and is emptied at start, except for {@code data} in it. Where it is deleted meanwhile it is made again, without
     * what was in it: not below {@code /tmp} or {@code /var/tmp}, which are cleaned by others.
     */
    @WithDefault("${user.home}/.local/state/xg2g-gpu")
    Path workDir();

    /** How long ffmpeg may take until it first reports progress: 100ms to 5m. */
    @WithDefault("10s")
    Duration startTimeout();

    /** How long a run may go on without any progress: 100ms to 5m. */
    @WithDefault("10s")
    Duration stallTimeout();

    /** How long one unit may take in all: 100ms to 1h. */
    @WithDefault("60s")
    Duration runTimeout();

    /** How long a process that was asked to end may take before it is killed: 10ms to 1m. */
    @WithDefault("3s")
    Duration stopGrace();

    /** How long the inspection of an input may take: 100ms to 1m. */
    @WithDefault("5s")
    Duration inspectTimeout();

    /** How long a live source that is fetched by ffmpeg may send nothing before it counts as lost: 1s to 5m. */
    @WithDefault("10s")
    Duration sourceTimeout();

    /** How much space must be free in the work directory before a unit is started: 0 to 1T. */
    @WithDefault("256M")
    MemorySize minFreeDisk();

    /**
     * The preset of libx264 and libx265, from fast to thorough: {@code superfast}, {@code veryfast}, {@code faster},
     * {@code fast}, {@code medium}, {@code slow}. ({@code ultrafast} is left out: it drops features of the profile.)
     */
    @WithDefault("veryfast")
    String softwarePreset();

    /**
     * Threads for decoding a unit, and again for each of its software encoders: 0 to 64; 0 lets all units that run at once
     * have two for each processor together, and none more than the processors there are, or 16.
     */
    @WithDefault("0")
    int threads();

    /**
     * How much memory one child process may have, apart from a GPU's, but with what the GPU's driver takes: 256M to 1T; 0
     * is no limit. Where it is not set, it is three quarters of the machine's or container's memory, divided by how many
     * units run at once, but 1G at least and 8G at most. It is {@code RLIMIT_DATA}, set by {@code prlimit} from util-linux; where that program is missing there
     * is no limit, nor any other {@code max-…}.
     */
    Optional<MemorySize> maxMemory();

    /**
     * The user that child processes run as where the program runs as root; without it they are root without its capabilities.
     * A name in {@code /etc/passwd}, not root's. It has to be able to enter the directories above {@code xg2g.ffmpeg.work-dir}
     * and to read configured files, and has the groups of the GPUs' devices ({@code render}, {@code video}). All its processes
     * together have 4096 threads at most. Where the program is not root it has no effect.
     */
    Optional<String> user();

    /** How many files, sockets and devices one child process may have open: 64 to 65536; 0 is no limit. */
    @WithDefault("256")
    int maxOpenFiles();

    /** How large a file may be that a child process writes: 16M to 1T; 0 is no limit. */
    @WithDefault("4G")
    MemorySize maxFileSize();

    /**
     * How far all child processes stand behind this program for a processor, in steps of niceness: 0 (not at all) to 19. Units
     * of clients' playing streams stand another 3 behind the windows of live channels, new requests 5, previews 15.
     */
    @WithDefault("0")
    int nice();
}
