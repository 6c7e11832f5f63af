package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Target in memory that fails at random, before or after it has done what was asked, and checks after each change that no
 * playlist names what is not there.
 */
final class MemoryTarget implements Target {
    private final RandomInput random;
    final Map<String, byte[]> objects = new LinkedHashMap<>();

    /** All that was ever stored, in the order in which it was stored first. */
    final Map<String, byte[]> history = new LinkedHashMap<>();

    /** Objects that are refused. */
    Set<String> refused = Set.of();

    /** Regular expression of the names that may not be stored, for a reason that may pass. */
    String denied = "";

    /** Whether it refuses to delete anything. */
    boolean keeping;

    /** Number of deletions that it has refused. */
    int kept;

    /** Each request of this number fails; 0 for none. */
    int failingEach;

    /** Called after an object was stored. */
    Consumer<String> stored = _ -> {};

    double failing;
    boolean gone;
    int requests;

    MemoryTarget(RandomInput random) {
        this.random = random;
    }

    @Override
    public void put(StoredObject object) throws TargetException {
        begin();
        if (refused.contains(object.name())) {
            throw TargetException.ofStatus("PUT " + object.name(), 413);
        }
        if (object.name().matches(denied)) {
            throw TargetException.ofStatus("PUT " + object.name(), 403);
        }
        if (!StoredObject.isPlaylist(object.name()) && history.containsKey(object.name())) {
            assertThat(object.bytes()).as("%s never changes", object).isEqualTo(history.get(object.name()));
        }
        objects.put(object.name(), object.bytes());
        history.putIfAbsent(object.name(), object.bytes());
        stored.accept(object.name());
        check();
        fail();
    }

    @Override
    public void put(StoredFile file) throws TargetException {
        try {
            put(new StoredObject(file.name(), Files.readAllBytes(file.file())));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Override
    public boolean exists(String name) throws TargetException {
        begin();
        return objects.containsKey(name);
    }

    @Override
    public Optional<byte[]> get(String name) throws TargetException {
        begin();
        return Optional.ofNullable(objects.get(name));
    }

    @Override
    public void delete(String name) throws TargetException {
        begin();
        if (keeping) {
            kept++;
            throw TargetException.ofStatus("DELETE " + name, 403);
        }
        objects.remove(name);
        check();
        fail();
    }

    private void begin() throws TargetException {
        requests++;
        if (failingEach > 0 && requests % failingEach == 0) {
            throw TargetException.ofStatus("a request", 503);
        }
        if (gone) {
            throw new TargetException(TargetException.Kind.CONNECTION, "gone");
        }
        fail();
    }

    private void fail() throws TargetException {
        if (random.chance(failing)) {
            throw TargetException.ofStatus("a request", random.of(500, 503, 403, 404, 507));
        }
    }

    private void check() {
        for (String playlist : playlists()) {
            assertThat(objects.keySet())
                    .as("what %s names", playlist)
                    .containsAll(UploadedPlaylist.names(playlist, objects.get(playlist)));
        }
    }

    private List<String> playlists() {
        return objects.keySet().stream().filter(StoredObject::isPlaylist).toList();
    }

    /** Returns the segments and init segments that its playlists name. */
    List<String> named() {
        return playlists().stream()
                .flatMap(playlist -> UploadedPlaylist.names(playlist, objects.get(playlist)).stream())
                .filter(name -> !StoredObject.isPlaylist(name))
                .distinct()
                .toList();
    }

    boolean has(StoredObject object) {
        return Arrays.equals(objects.get(object.name()), object.bytes());
    }
}
