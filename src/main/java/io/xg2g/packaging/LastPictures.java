package io.xg2g.packaging;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Latest published segment of each video track of an epoch: its last picture is held in a window that lacks the track.
 * Guarded by the {@link Packager}.
 */
final class LastPictures {
    private final Map<String, Picture> latest = new HashMap<>();

    /** Published segment and its file. */
    record Picture(Segment segment, Path file) {
        boolean isSlate() {
            return segment.content() == Segment.Content.SLATE;
        }
    }

    void published(String track, Picture picture) {
        latest.put(track, picture);
    }

    Optional<Picture> of(String track) {
        return Optional.ofNullable(latest.get(track));
    }

    /** Returns whether a slate is the latest segment of a track. */
    boolean showSlate() {
        return latest.values().stream().anyMatch(Picture::isSlate);
    }

    /** Forgets the tracks that an epoch does not continue. */
    void retain(Predicate<String> track) {
        latest.keySet().removeIf(track.negate());
    }
}
