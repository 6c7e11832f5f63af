package io.xg2g.upload;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Uploads the windows of one channel: segments, then the media playlists, then the multivariant playlist. A playlist names
 * only what is on the target; what is not there, because its window was dropped or the target refused it, is a gap.
 *
 * <p>Repeating an upload is harmless, and skips what was stored. Used by one thread at a time.
 */
final class ChannelUploader {
    private static final Logger LOG = Logger.getLogger(ChannelUploader.class);

    /** Attempts after which an object is given up, if the target has stored others meanwhile. */
    private static final int MAX_ATTEMPTS = 8;

    /** What a channel's uploader needs. */
    record Tools(Target target, TargetCircuit circuit, UploadMetrics metrics, LongSupplier nanos) {}

    /** Attempts to store an object. */
    private record Attempts(int number, long successesBefore) {}

    private final String channel;
    private final Tools tools;

    /** Receives the segments that leave the playlists; {@code null} if they stay on the target. */
    private final @Nullable Consumer<Upload.Deletion> leaving;

    /** Names that are on the target, as far as they are in playlists or will be. */
    private final Set<String> stored = new HashSet<>();

    /** Names in playlists that are not on the target. */
    private final Set<String> missing = new HashSet<>();

    private final Map<String, Attempts> attempts = new HashMap<>();

    /** Latest playlists on the target, as stored by this object. */
    private final Map<String, String> playlists = new HashMap<>();

    /** Segments and init segments that the playlists on the target name; {@code null} while unknown. */
    private @Nullable Set<String> named;

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

    ChannelUploader(String channel, Tools tools, @Nullable Consumer<Upload.Deletion> leaving) {
        this.channel = channel;
        this.tools = tools;
        this.leaving = leaving;
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
            done = false;
            report(failure);
        }
        if (done) {
            return Result.DONE;
        }
        return tools.circuit().successes() > before ? Result.PROGRESS : Result.FAILED;
    }

    /** Stores the segments that are not stored yet; returns whether none is left to be tried again. */
    private boolean segments(List<Upload.Window> windows) throws InterruptedException {
        boolean complete = true;
        int failuresInARow = 0;
        for (Upload.Window window : windows) {
            for (StoredObject object : window.segments()) {
                if (stored.contains(object.name()) || missing.contains(object.name())) {
                    continue;
                }
                try {
                    put(object);
                    stored.add(object.name());
                    failuresInARow = 0;
                } catch (TargetException failure) {
                    report(failure);
                    if (isFinal(object, failure)) {
                        missing.add(object.name());
                        continue;
                    }
                    complete = false;
                    // A target may fail for one object alone; the next one shows it.
                    if (failure.kind() != TargetException.Kind.SERVER || ++failuresInARow == 2) {
                        return false;
                    }
                }
            }
        }
        return complete;
    }

    /** Returns whether an object is given up. */
    private boolean isFinal(StoredObject object, TargetException failure) {
        Attempts known = attempts.getOrDefault(
                object.name(), new Attempts(0, tools.circuit().successes()));
        Attempts now = new Attempts(known.number() + 1, known.successesBefore());
        boolean last = !failure.kind().retryable()
                || (now.number() >= MAX_ATTEMPTS && tools.circuit().successes() > now.successesBefore());
        if (last) {
            attempts.remove(object.name());
            LOG.warnf(
                    "segment not uploaded, a gap in the playlists: stream=%s, object=%s, attempts=%d, reason=%s",
                    channel, object, now.number(), failure.getMessage());
        } else {
            attempts.put(object.name(), now);
        }
        return last;
    }

    /** Stores an object. */
    private void put(StoredObject object) throws TargetException, InterruptedException {
        long begun = tools.nanos().getAsLong();
        tools.target().put(object);
        tools.circuit().succeeded();
        attempts.remove(object.name());
        tools.metrics().stored(object.bytes().length, tools.nanos().getAsLong() - begun);
    }

    private void report(TargetException failure) {
        tools.metrics().failed(failure.kind());
        if (failure.kind().retryable()) {
            if (tools.circuit().reason().isEmpty()) {
                LOG.warnf("upload failed, retried: stream=%s, reason=%s", channel, failure.getMessage());
            }
            tools.circuit().failed(failure.kind());
        }
    }

    private boolean playlists(List<Upload.Window> windows) throws TargetException, InterruptedException {
        Optional<Upload.Window> latest = windows.reversed().stream()
                .filter(window -> !window.playlists().isEmpty())
                .findFirst();
        if (latest.isEmpty()) {
            return true;
        }
        List<StoredObject> marked = marked(latest.get().playlists());
        Set<String> names = new LinkedHashSet<>();
        marked.forEach(playlist -> names.addAll(UploadedPlaylist.names(playlist.name(), playlist.bytes())));
        names.removeIf(StoredObject::isPlaylist);
        leave(names);
        for (StoredObject playlist : marked) {
            String text = text(playlist);
            if (!text.equals(playlists.get(playlist.name()))) {
                putPlaylist(playlist);
                playlists.put(playlist.name(), text);
            }
        }
        named = names;
        stored.retainAll(names);
        left.clear();
        return true;
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

    /** Returns the playlists with gaps for what is not on the target. */
    private List<StoredObject> marked(List<StoredObject> all) throws TargetException, InterruptedException {
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
                .toList();
    }

    private static String text(StoredObject playlist) {
        return new String(playlist.bytes(), StandardCharsets.UTF_8);
    }

    /** Announces the deletion of what the playlists on the target name, and the next ones do not. */
    private void leave(Set<String> next) throws TargetException, InterruptedException {
        if (leaving == null) {
            return;
        }
        List<String> gone = named().stream()
                .filter(name -> !next.contains(name) && !left.contains(name))
                .toList();
        if (!gone.isEmpty()) {
            leaving.accept(new Upload.Deletion(channel, gone));
            left.addAll(gone);
        }
    }

    /** Returns what the playlists on the target name; those of an earlier run of the program are read. */
    private Set<String> named() throws TargetException, InterruptedException {
        Set<String> known = named;
        if (known == null) {
            known = new HashSet<>();
            String master = StoredObject.master(channel);
            Optional<byte[]> multivariant = tools.target().get(master);
            if (multivariant.isPresent()) {
                for (String playlist : UploadedPlaylist.names(master, multivariant.get())) {
                    Optional<byte[]> media = tools.target().get(playlist);
                    media.ifPresent(addNames(known, playlist));
                }
            }
            // Names in a playlist that others wrote could lead outside the channel's directory.
            known.removeIf(name -> StoredObject.isPlaylist(name) || !name.startsWith(channel + "/"));
            named = known;
        }
        return known;
    }

    private static Consumer<byte[]> addNames(Set<String> names, String playlist) {
        return bytes -> names.addAll(UploadedPlaylist.names(playlist, bytes));
    }

    /**
     * Deletes segments that no playlist on the target names.
     *
     * @return whether all are deleted; otherwise to be repeated
     */
    boolean delete(Upload.Deletion deletion) throws InterruptedException {
        try {
            for (String name : deletion.names()) {
                if (named().contains(name)) {
                    return false;
                }
                tools.target().delete(name);
                tools.circuit().succeeded();
            }
            return true;
        } catch (TargetException failure) {
            report(failure);
            return false;
        }
    }
}
