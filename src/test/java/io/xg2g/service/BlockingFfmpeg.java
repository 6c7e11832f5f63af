package io.xg2g.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Replacement of ffmpeg that blocks every unit until it is opened, and then runs the real ffmpeg. */
final class BlockingFfmpeg {
    private final Path script;
    private final Path open;

    /** Creates a blocking script. Probes are not blocked: they read no file. */
    BlockingFfmpeg(Path directory) {
        this.script = directory.resolve("ffmpeg-behind-a-gate");
        this.open = directory.resolve("gate-is-open");
        try {
            Files.writeString(script, """
                    #!/bin/sh
                    case "$*" in
                    */input*) while [ ! -e '%s' ]; do sleep 0.02; done ;;
                    esac
                    exec ffmpeg "$@"
                    """.formatted(open));
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String path() {
        return script.toString();
    }

    /** Blocks the units that begin from now on. */
    void close() {
        try {
            Files.delete(open);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void open() {
        try {
            Files.createFile(open);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
