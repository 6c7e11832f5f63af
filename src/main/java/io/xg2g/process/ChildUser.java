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
 * User of child processes if the program runs as root.
 *
 * @param uid numeric id, not 0
 * @param gid numeric id of its primary group
 */
public record ChildUser(String name, int uid, int gid) {
    private static final String PROPERTY = "xg2g.ffmpeg.user";
    private static final Path USERS = Path.of("/etc/passwd");
    private static final int FIELDS = 7;
    /** Permissions of the work directory: the user may enter but not list it. */
    private static final Set<PosixFilePermission> TRAVERSABLE = PosixFilePermissions.fromString("rwx--x---");

    /**
     * Returns the configured user; empty if none is configured or the program does not run as root.
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

    /** Makes this user the owner of a file or directory. */
    void makeOwner(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Permits this user to enter a directory, but not to list it.
     *
     * @param property key of the directory, for the message
     * @throws IllegalStateException if the user may not enter a parent directory
     */
    void permitTraversal(String property, Path directory) throws IOException {
        Files.setAttribute(directory, "unix:gid", gid);
        Files.setPosixFilePermissions(directory, TRAVERSABLE);
        for (@Nullable Path parent = directory.getParent(); parent != null; parent = parent.getParent()) {
            if (!canEnter(parent)) {
                throw new IllegalStateException(property + " " + directory + " cannot be reached by the user " + name
                        + " (" + PROPERTY + "), who may not enter " + parent + "; choose another directory");
            }
        }
    }

    private boolean canEnter(Path directory) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
        if (Files.getAttribute(directory, "unix:uid").equals(uid)) {
            return permissions.contains(PosixFilePermission.OWNER_EXECUTE);
        }
        return Files.getAttribute(directory, "unix:gid").equals(gid)
                ? permissions.contains(PosixFilePermission.GROUP_EXECUTE)
                : permissions.contains(PosixFilePermission.OTHERS_EXECUTE);
    }
}
