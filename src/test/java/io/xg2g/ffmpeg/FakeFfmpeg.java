package io.xg2g.ffmpeg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Shell scripts that replace ffmpeg and misbehave. */
public final class FakeFfmpeg {
    private FakeFfmpeg() {}

    /** An executable script of these commands. */
    public static Path script(Path file, String commands) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    /** A script that behaves like ffmpeg for everything that does not read one of the given file's names. */
    static Path failingOn(Path file, String input, String commands) throws IOException {
        return script(file, "case \"$*\" in *" + input + "*) " + commands + " ;; *) exec ffmpeg \"$@\" ;; esac");
    }
}
