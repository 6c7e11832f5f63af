package io.xg2g.gpu;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Reader of {@code /proc} and {@code /sys}. Files that cannot be read are empty, since they may vanish at any time. */
final class KernelFiles {
    private KernelFiles() {}

    static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** Returns the integer in the file; empty if it holds anything else. */
    static OptionalDouble number(Path file) {
        String text = read(file).strip();
        return text.matches("-?\\d{1,18}") ? OptionalDouble.of(Double.parseDouble(text)) : OptionalDouble.empty();
    }

    /** Returns the entries of a directory, sorted. */
    static List<Path> list(Path directory) {
        List<Path> entries = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
                all.forEach(entries::add);
            } catch (IOException | java.nio.file.DirectoryIteratorException unreadable) {
                return List.of();
            }
        }
        entries.sort(null);
        return entries;
    }

    /** Returns the file name of a symbolic link's target; empty if it is no link. */
    static String target(Path link) {
        try {
            return Files.isSymbolicLink(link)
                    ? String.valueOf(Files.readSymbolicLink(link).getFileName())
                    : "";
        } catch (IOException unreadable) {
            return "";
        }
    }
}
