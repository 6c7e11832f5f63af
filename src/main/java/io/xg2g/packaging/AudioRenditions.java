package io.xg2g.packaging;

import io.xg2g.media.AudioFrame;
import io.xg2g.media.CmafAudio;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Published audio renditions of an epoch: one for each track of the run that has sent frames of a format that is published.
 * Guarded by the {@link Packager}.
 */
final class AudioRenditions {
    private final AudioTracks named;
    private final long offset;
    private final SortedMap<Integer, AudioRendition> published = new TreeMap<>();

    /**
     * Audio of one rendition in a window, before publication.
     *
     * @param frames of the window
     * @param segment empty if there is none, which is a gap
     */
    record Part(
            String name,
            AudioRendition rendition,
            List<AudioFrame> frames,
            Optional<AudioRendition.AudioSegment> segment) {}

    /** @param offset from the source's time to channel time, in 90 kHz ticks */
    AudioRenditions(AudioTracks named, long offset) {
        this.named = named;
        this.offset = offset;
    }

    /** Returns the rendition of a track, or {@code null}. */
    @Nullable
    AudioRendition of(int track) {
        return published.get(track);
    }

    /**
     * Returns whether the frames of a window belong to other renditions than the published ones: a track has begun, or has
     * changed its format.
     *
     * @param frames of each track
     */
    boolean isOutdated(List<List<AudioFrame>> frames) {
        for (int track = 0; track < frames.size(); track++) {
            List<AudioFrame> own = frames.get(track);
            AudioRendition known = published.get(track);
            if (!own.isEmpty() && (known == null ? first(own).isPresent() : hasChanged(known, own))) {
                return true;
            }
        }
        return false;
    }

    /** Publishes the tracks that have begun, and no longer those whose format is not published. */
    void begin(List<List<AudioFrame>> frames) {
        for (int track = 0; track < frames.size(); track++) {
            List<AudioFrame> own = frames.get(track);
            AudioRendition known = published.get(track);
            if (own.isEmpty() || (known != null && !hasChanged(known, own))) {
                continue;
            }
            published.remove(track);
            int index = track;
            first(own).ifPresent(found -> published.put(index, new AudioRendition(found, offset)));
        }
    }

    private static Optional<CmafAudio> first(List<AudioFrame> frames) {
        return CmafAudio.of(frames.getFirst());
    }

    private static boolean hasChanged(AudioRendition known, List<AudioFrame> frames) {
        return frames.stream().noneMatch(known.track()::accepts);
    }

    List<Track> tracks() {
        List<Track> tracks = new ArrayList<>();
        published.forEach((index, rendition) -> {
            CmafAudio audio = rendition.track();
            AudioTracks.Named track = named.all().get(index);
            tracks.add(Track.ofAudio(
                    track.name(),
                    audio.codec(),
                    audio.timescale(),
                    audio.maxBitrate(),
                    new Track.Audio(track.info(), audio.channels())));
        });
        return tracks;
    }

    Map<String, byte[]> inits() {
        Map<String, byte[]> inits = new HashMap<>();
        published.forEach((index, rendition) ->
                inits.put(named.all().get(index).name(), rendition.track().init()));
        return inits;
    }

    /**
     * Creates the segments of the next window.
     *
     * @param frames of each track
     * @param from start of the window, in 90 kHz ticks of the source
     * @param to end of the window
     */
    List<Part> segments(List<List<AudioFrame>> frames, long from, long to) {
        List<Part> parts = new ArrayList<>();
        published.forEach((index, rendition) -> parts.add(new Part(
                named.all().get(index).name(),
                rendition,
                frames.get(index),
                rendition.segment(frames.get(index), from, to))));
        return parts;
    }
}
