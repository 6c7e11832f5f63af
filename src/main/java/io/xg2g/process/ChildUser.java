package io.xg2g.process;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The user that child processes run as, where the program runs as root.
 *
 * @param uid never root's
 * @param gid of its first group
 */
public record ChildUser(String name, int uid, int gid) {
    private static final String PROPERTY = "xg2g.ffmpeg.user";
    private static final Path USERS = Path.of("/etc/passwd");
    private static final int FIELDS = 7;
    /** For the directory that all units' directories are in: to enter it, and no more. */
    private static final Set<PosixFilePermission> ENTERED = PosixFilePermissions.fromString("rwx--x---");

    /**
     * The configured one; empty where none is, or where the program is not root and cannot become another user.
     *
     * @throws ConfigurationException if there is no such user
     */
    public static Optional<ChildUser> of(Optional<String> configured) {
        Optional<ChildUser> user = configured.map(ChildUser::find);
        return isRoot() ? user : Optional.empty();
    }

    public static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException notLinux) {
            return false;
        }
    }

    private static ChildUser find(String name) {
        try (Stream<String> users = Files.lines(USERS, StandardCharsets.ISO_8859_1)) {
            return users.map(line -> line.split(":", FIELDS))
                    .filter(user -> user.length == FIELDS && user[0].equals(name) && !user[2].equals("0"))
                    .map(user -> new ChildUser(name, Integer.parseInt(user[2]), Integer.parseInt(user[3])))
                    .findFirst()
                    .orElseThrow(() -> new ConfigurationException(PROPERTY + " is \"" + name
                            + "\"; allowed is the name of a user in " + USERS + " other than root"));
        } catch (IOException unreadable) {
            throw new ConfigurationException(
                    PROPERTY + " is \"" + name + "\", but " + USERS + " cannot be read", unreadable);
        }
    }

    /** Makes a file or directory its own. */
    void own(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Lets it enter a directory, and not read it.
     *
     * @throws IllegalStateException if it cannot get there
     */
    void letInto(String property, Path directory) throws IOException {
        Files.setAttribute(directory, "unix:gid", gid);
        Files.setPosixFilePermissions(directory, ENTERED);
        for (@Nullable Path above = directory.getParent(); above != null; above = above.getParent()) {
            if (!mayEnter(above)) {
                throw new IllegalStateException(property + " " + directory + " cannot be reached by the user " + name
                        + " (" + PROPERTY + "), who may not enter " + above + "; choose another directory");
            }
        }
    }

    private boolean mayEnter(Path directory) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
        if (Files.getAttribute(directory, "unix:uid").equals(uid)) {
            return permissions.contains(PosixFilePermission.OWNER_EXECUTE);
        }
        return Files.getAttribute(directory, "unix:gid").equals(gid)
                ? permissions.contains(PosixFilePermission.GROUP_EXECUTE)
                : permissions.contains(PosixFilePermission.OTHERS_EXECUTE);
    }
}
