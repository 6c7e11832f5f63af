package io.xg2g.upload;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Uploads the windows of one channel: segments, then the media playlists, then the multivariant playlist. A playlist names
 * only what is on the target; what is not there, because its window was dropped or the target refused it, is a gap.
 *
 * <p>Repeating an upload is harmless, and skips what was stored. What it knows of the target is true for one lease of the channel: another
 * owner may have replaced all playlists since. Used by one thread at a time.
 */
final class ChannelUploader {
    private static final Logger LOG = Logger.getLogger(ChannelUploader.class);

    private final String channel;
    private final long fence;
    private final UploadTools tools;

    /** Receives the segments that leave the playlists; {@code null} if they stay on the target. */
    private final @Nullable Consumer<Upload.Deletion> leaving;

    /** Names that are on the target, as far as they are in playlists or will be. */
    private final Set<String> stored = new HashSet<>();

    /** Names in playlists that are not on the target. */
    private final Set<String> missing = new HashSet<>();

    private final FailuresInRow failuresOfSegments;
    private final FailuresInRow failuresOfPlaylists;

    /** As stored by this object. */
    private final StoredPlaylists playlists;

    /** Segments and init segments that the playlists on the target name; {@code null} while unknown. */
    private @Nullable Set<String> named;

    /** What the media playlists of an earlier run of the program name, until they are replaced or deleted. */
    private final Map<String, Set<String>> earlier = new LinkedHashMap<>();

    /** Names given to {@link #leaving}. */
    private final Set<String> left = new HashSet<>();

    /** Result of an attempt. */
    enum Result {
        DONE,
        /** To be repeated; something was stored. */
        PROGRESS,
        /** To be repeated; nothing was stored. */
        FAILED
    }

    /**
     * Creates one.
     *
     * @param fence number of the lease of the channel under which it uploads
     */
    ChannelUploader(String channel, long fence, UploadTools tools, @Nullable Consumer<Upload.Deletion> leaving) {
        this.channel = channel;
        this.fence = fence;
        this.tools = tools;
        this.leaving = leaving;
        playlists = new StoredPlaylists(fence, tools.nanos());
        failuresOfSegments = new FailuresInRow(tools.circuit()::successes);
        failuresOfPlaylists = new FailuresInRow(tools.circuit()::successes);
    }

    long fence() {
        return fence;
    }

    /**
     * Uploads consecutive windows, with the playlists of the last one that has some: they supersede earlier ones.
     */
    Result upload(List<Upload.Window> windows) throws InterruptedException {
        long before = tools.circuit().successes();
        boolean done;
        try {
            done = segments(windows) && playlists(windows);
        } catch (TargetException failure) {
            report(failure);
            // The next window has other playlists.
            done = failuresOfPlaylists.isLast();
            if (done) {
                LOG.warnf("playlists not uploaded: stream=%s, reason=%s", channel, failure.getMessage());
            }
        }
        if (done) {
            return Result.DONE;
        }
        return tools.circuit().successes() > before ? Result.PROGRESS : Result.FAILED;
    }

    /** Stores the segments that are not stored yet, in order; returns whether none is left to be tried again. */
    private boolean segments(List<Upload.Window> windows) throws InterruptedException {
        for (Upload.Window window : windows) {
            for (StoredObject object : window.segments()) {
                if (!stored.contains(object.name()) && !missing.contains(object.name()) && !segment(object)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Stores a segment; returns false if that is to be tried again. */
    private boolean segment(StoredObject object) throws InterruptedException {
        try {
            put(object);
            failuresOfSegments.end();
            stored.add(object.name());
        } catch (TargetException failure) {
            report(failure);
            if (!isFinal(object, failure)) {
                return false;
            }
            missing.add(object.name());
        }
        return true;
    }

    /** Returns whether an object is given up. */
    private boolean isFinal(StoredObject object, TargetException failure) {
        boolean last = !failure.kind().retryable() || failuresOfSegments.isLast();
        if (last) {
            LOG.warnf(
                    "segment not uploaded, a gap in the playlists: stream=%s, object=%s, reason=%s",
                    channel, object, failure.getMessage());
        }
        return last;
    }

    /** Stores an object. */
    private void put(StoredObject object) throws TargetException, InterruptedException {
        long begun = tools.nanos().getAsLong();
        tools.target().put(object);
        tools.circuit().succeeded();
        tools.metrics().stored(object.bytes().length, tools.nanos().getAsLong() - begun);
    }

    private void report(TargetException failure) {
        report(failure, tools.circuit());
    }

    private void report(TargetException failure, TargetCircuit circuit) {
        tools.metrics().failed(failure.kind());
        if (failure.kind().retryable()) {
            if (circuit.reason().isEmpty()) {
                LOG.warnf("upload failed, retried: stream=%s, reason=%s", channel, failure.getMessage());
            }
            circuit.failed(failure.kind());
        }
    }

    private boolean playlists(List<Upload.Window> windows) throws TargetException, InterruptedException {
        Optional<Upload.Window> latest = windows.reversed().stream()
                .filter(window -> !window.playlists().isEmpty())
                .findFirst();
        if (latest.isEmpty()) {
            return true;
        }
        if (leaving != null) {
            // An earlier run may have stored a part of the playlists that are superseded.
            named(windows.stream()
                    .flatMap(window -> window.playlists().stream())
                    .map(StoredObject::name)
                    .toList());
        }
        List<StoredObject> gaps = withGaps(latest.get().playlists());
        retire(gaps);
        List<StoredObject> marked = withFormer(gaps);
        Set<String> names = new LinkedHashSet<>();
        marked.forEach(playlist -> names.addAll(UploadedPlaylist.names(playlist.name(), playlist.bytes())));
        names.removeIf(StoredObject::isPlaylist);
        Set<String> needed = new HashSet<>(names);
        windows.subList(windows.indexOf(latest.get()) + 1, windows.size())
                .forEach(later -> later.segments().forEach(object -> needed.add(object.name())));
        leave(needed, marked.stream().map(StoredObject::name).toList());
        if (named != null) {
            // If some are given up, the target has these and earlier ones.
            named.addAll(names);
        }
        for (StoredObject playlist : marked) {
            String text = text(playlist);
            if (!playlists.isStored(playlist.name(), text)) {
                if (!tools.fences().isLatest(channel, fence)) {
                    // They would replace those of another gateway.
                    return false;
                }
                failuresOfPlaylists.begin(playlist.name());
                putPlaylist(playlist);
                failuresOfPlaylists.end(playlist.name());
                playlists.stored(playlist.name(), text);
            }
        }
        named = names;
        stored.retainAll(needed);
        left.removeIf(name -> !StoredObject.isPlaylist(name));
        marked.forEach(playlist -> {
            earlier.remove(playlist.name());
            left.remove(playlist.name());
        });
        return true;
    }

    /** Treats playlists that are not among the next ones, those of the latest run of the channel, as of an earlier run. */
    private void retire(List<StoredObject> next) {
        Set<String> former = playlists.names();
        next.forEach(playlist -> former.remove(playlist.name()));
        for (String playlist : former) {
            byte[] bytes = playlists.remove(playlist).getBytes(StandardCharsets.UTF_8);
            earlier.put(playlist, UploadedPlaylist.names(playlist, bytes));
        }
    }

    /** Stores a playlist. One that is refused fails like one that is to be tried again: the others must not name it. */
    private void putPlaylist(StoredObject playlist) throws TargetException, InterruptedException {
        try {
            put(playlist);
        } catch (TargetException failure) {
            throw failure.kind().retryable()
                    ? failure
                    : new TargetException(TargetException.Kind.MISCONFIGURED, String.valueOf(failure.getMessage()));
        }
    }

    /** Returns the playlists with gaps for what is not on the target; without a manifest of which nothing is left. */
    private List<StoredObject> withGaps(List<StoredObject> all) throws TargetException, InterruptedException {
        Set<String> required = new HashSet<>();
        for (StoredObject playlist : all) {
            required.addAll(UploadedPlaylist.names(playlist.name(), playlist.bytes()));
        }
        required.removeIf(StoredObject::isPlaylist);
        missing.retainAll(required);
        for (String name : required) {
            // Stored by an earlier run of the program, or dropped.
            if (!stored.contains(name) && !missing.contains(name)) {
                (tools.target().exists(name) ? stored : missing).add(name);
                tools.circuit().succeeded();
            }
        }
        return all.stream()
                .map(playlist -> new StoredObject(
                        playlist.name(),
                        UploadedPlaylist.withGaps(
                                        playlist.name(),
                                        text(playlist),
                                        name -> StoredObject.isPlaylist(name) || stored.contains(name))
                                .getBytes(StandardCharsets.UTF_8)))
                .filter(playlist -> playlist.bytes().length > 0)
                .toList();
    }

    /** Returns the playlists; the multivariant playlist names those of earlier runs that are not among them. */
    private List<StoredObject> withFormer(List<StoredObject> all) {
        List<String> next = all.stream().map(StoredObject::name).toList();
        StringBuilder former = new StringBuilder();
        earlier.keySet().stream()
                .filter(playlist -> !next.contains(playlist))
                .forEach(playlist -> former.append(UploadedPlaylist.former(playlist.substring(channel.length() + 1))));
        String master = StoredObject.master(channel);
        return all.stream()
                .map(playlist -> playlist.name().equals(master)
                        ? new StoredObject(
                                master, text(playlist).concat(former.toString()).getBytes(StandardCharsets.UTF_8))
                        : playlist)
                .toList();
    }

    private static String text(StoredObject playlist) {
        return new String(playlist.bytes(), StandardCharsets.UTF_8);
    }

    /**
     * Announces the deletion of what is on the target, and not needed any more once the next playlists are stored.
     *
     * @param next the next playlists
     */
    private void leave(Set<String> needed, List<String> next) {
        Set<String> known = named;
        if (leaving == null || known == null) {
            return;
        }
        List<String> gone = Stream.of(earlier.keySet(), known, stored)
                .flatMap(Set::stream)
                .filter(name -> !needed.contains(name) && !next.contains(name) && !left.contains(name))
                .distinct()
                .toList();
        if (!gone.isEmpty()) {
            leaving.accept(new Upload.Deletion(channel, fence, gone));
            left.addAll(gone);
        }
    }

    /**
     * Returns what the playlists on the target name; those of an earlier run of the program are read.
     *
     * @param playlists names of playlists that may be there beside those of the multivariant playlist
     */
    private Set<String> named(Collection<String> playlists) throws TargetException, InterruptedException {
        Set<String> known = named;
        if (known == null) {
            known = new HashSet<>();
            Set<String> found = new LinkedHashSet<>(playlists);
            found.add(StoredObject.manifest(channel));
            found.addAll(content(StoredObject.master(channel)));
            found.remove(StoredObject.master(channel));
            // Names in a playlist that others wrote could lead outside the channel's directory.
            found.removeIf(name -> !StoredObject.isPlaylist(name) || isForeign(name));
            for (String playlist : found) {
                Set<String> names = new HashSet<>(content(playlist));
                names.removeIf(name -> StoredObject.isPlaylist(name) || isForeign(name));
                earlier.put(playlist, names);
                known.addAll(names);
            }
            named = known;
        }
        return known;
    }

    private boolean isForeign(String name) {
        return !name.startsWith(channel + "/");
    }

    /** Returns the names in a playlist on the target; none if it is not there. */
    private Set<String> content(String playlist) throws TargetException, InterruptedException {
        Optional<byte[]> found = tools.target().get(playlist);
        tools.circuit().succeeded();
        return found.map(bytes -> {
                    Set<String> names = UploadedPlaylist.names(playlist, bytes);
                    names.addAll(UploadedPlaylist.formerNames(playlist, bytes));
                    return names;
                })
                .orElse(Set.of());
    }

    /**
     * Deletes segments that no playlist on the target names, and playlists of an earlier run that were not replaced.
     *
     * @return whether all are deleted, or one is refused for good; otherwise to be repeated
     */
    boolean delete(Upload.Deletion deletion) throws InterruptedException {
        try {
            for (String name : deletion.names()) {
                if (StoredObject.isPlaylist(name) && !isCurrent(name)) {
                    delete(name);
                    earlier.remove(name);
                    if (playlists.names().isEmpty()) {
                        // Read from the target: it may have contained what only this playlist named.
                        named = null;
                    }
                }
            }
            Set<String> playlistsBeside = new LinkedHashSet<>();
            deletion.names().forEach(name -> playlistsBeside.add(StoredObject.playlistBeside(name)));
            for (String name : deletion.names()) {
                if (named(playlistsBeside).contains(name)
                        || earlier.values().stream().anyMatch(names -> names.contains(name))) {
                    return false;
                }
                if (!StoredObject.isPlaylist(name)) {
                    delete(name);
                }
            }
            return true;
        } catch (TargetException failure) {
            report(failure, failure.kind().refuses() ? tools.deletions() : tools.circuit());
            return !failure.kind().retryable();
        }
    }

    /** Returns whether the multivariant playlist on the target may name a media playlist. */
    private boolean isCurrent(String playlist) throws TargetException, InterruptedException {
        String master = StoredObject.master(channel);
        Optional<byte[]> multivariant = tools.target().get(master);
        return playlists.names().contains(playlist)
                || (multivariant.isPresent()
                        && UploadedPlaylist.names(master, multivariant.get()).contains(playlist));
    }

    private void delete(String name) throws TargetException, InterruptedException {
        tools.target().delete(name);
        tools.deletions().succeeded();
        tools.circuit().succeeded();
    }
}
