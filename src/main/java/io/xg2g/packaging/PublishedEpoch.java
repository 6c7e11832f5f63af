package io.xg2g.packaging;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tracks and init segments of an epoch of the timeline. Guarded by the {@link Packager}. */
final class PublishedEpoch {
    /** What is published before the first epoch. */
    static final PublishedEpoch NONE = new PublishedEpoch(0, List.of(), Map.of());

    /** In 90 kHz ticks of channel time. */
    final long start;

    private List<Track> tracks;
    private Map<String, byte[]> inits;

    /** Whether a rendition did not match its track. */
    private boolean outdated;

    /**
     * Creates an epoch.
     *
     * @param inits by track name; without those of expected tracks, which have not been encoded
     */
    PublishedEpoch(long start, List<Track> tracks, Map<String, byte[]> inits) {
        this.start = start;
        this.tracks = List.copyOf(tracks);
        this.inits = Map.copyOf(inits);
    }

    List<Track> tracks() {
        return tracks;
    }

    Map<String, byte[]> inits() {
        return inits;
    }

    boolean isOutdated() {
        return outdated;
    }

    /** Returns whether a rendition has the init segment of its track. */
    boolean fits(EncodedWindow.Encoded rendition) {
        return Arrays.equals(inits.get(rendition.name()), rendition.init());
    }

    /** Returns whether a rendition matches its track, or is the first one of an expected track. */
    boolean matches(EncodedWindow.Encoded rendition) {
        return isExpected(rendition) || fits(rendition);
    }

    private boolean isExpected(EncodedWindow.Encoded rendition) {
        return !inits.containsKey(rendition.name()) && has(rendition.name());
    }

    /** Returns whether it has a track, encoded already or not. */
    boolean has(String name) {
        return tracks.stream().anyMatch(track -> track.name().equals(name));
    }

    /** Returns its track that has been encoded as this one, which has not, if there is one. */
    Optional<Track> encoded(Track other) {
        return tracks.stream()
                .filter(track -> inits.containsKey(track.name()))
                .filter(track -> track.isEncodedAs(other))
                .findFirst();
    }

    /** Returns whether it has no other init segment of a track. */
    boolean continues(String track, byte[] init) {
        byte @Nullable [] own = inits.get(track);
        return own == null || Arrays.equals(own, init);
    }

    /**
     * Adds a rendition of a window that was published early.
     *
     * @return whether it matches its track; if not, the next window begins a new epoch
     */
    boolean accept(EncodedWindow.Encoded rendition) {
        if (isExpected(rendition)) {
            Map<String, byte[]> all = new HashMap<>(inits);
            all.put(rendition.name(), rendition.init());
            inits = Map.copyOf(all);
            tracks = tracks.stream()
                    .map(known ->
                            known.name().equals(rendition.name()) ? rendition.describe(known.maxBitrate()) : known)
                    .toList();
        }
        boolean fits = fits(rendition);
        outdated |= !fits;
        return fits;
    }
}
