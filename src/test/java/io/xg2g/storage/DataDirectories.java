package io.xg2g.storage;

import java.nio.file.Path;

/** Data directories for tests of other packages. */
public final class DataDirectories {
    private DataDirectories() {}

    /** Locks a directory, which is created if it does not exist. */
    public static DataDirectory in(Path directory) {
        return new DataDirectory(() -> directory);
    }
}
