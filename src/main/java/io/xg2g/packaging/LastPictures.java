package io.xg2g.packaging;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * Latest published segment of each video track: its last picture is held in a window that lacks the track, if its epoch has the same
 * init segment. Guarded by the {@link Packager}.
 */
final class LastPictures {
    private final Map<String, Latest> latest = new HashMap<>();

    /** Published segment and its file. */
    record Picture(Segment segment, Path file) {
        boolean isSlate() {
            return segment.content() == Segment.Content.SLATE;
        }
    }

    /** A segment with the init segment of its track. */
    private static final class Latest {
        private final Picture picture;
        private final byte[] init;

        private Latest(Picture picture, byte[] init) {
            this.picture = picture;
            this.init = init;
        }
    }

    void published(String track, Picture picture, byte[] init) {
        latest.put(track, new Latest(picture, init));
    }

    Optional<Picture> of(String track, byte[] init) {
        return Optional.ofNullable(latest.get(track))
                .filter(known -> Arrays.equals(known.init, init))
                .map(known -> known.picture);
    }

    /** Returns whether a slate is the latest segment of one of these tracks. */
    boolean showSlate(Predicate<String> track) {
        return latest.entrySet().stream()
                .anyMatch(entry ->
                        track.test(entry.getKey()) && entry.getValue().picture.isSlate());
    }

    /** Forgets the tracks that have another init segment from now on. */
    void retain(BiPredicate<String, byte[]> continues) {
        latest.entrySet().removeIf(entry -> !continues.test(entry.getKey(), entry.getValue().init));
    }
}
