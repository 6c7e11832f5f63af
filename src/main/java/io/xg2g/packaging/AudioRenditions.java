package io.xg2g.packaging;

import io.xg2g.media.AudioFrame;
import io.xg2g.media.CmafAudio;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Published audio renditions: one for each track of the run that has sent frames of a format that is published. A track
 * that the next run has, too, goes on in it. Guarded by the {@link Packager}.
 */
final class AudioRenditions {
    static final AudioRenditions NONE = new AudioRenditions(Map.of());

    private final Map<String, AudioRendition> published;

    private AudioRenditions(Map<String, AudioRendition> published) {
        this.published = published;
    }

    /**
     * Audio of one rendition in a window, before publication.
     *
     * @param segment empty if there is none, which is a gap
     */
    record Part(String name, AudioRendition rendition, Optional<AudioRendition.AudioSegment> segment) {}

    /** Returns whether a track is published. */
    boolean has(String track) {
        return published.containsKey(track);
    }

    /**
     * Returns whether the frames of a window belong to other renditions than the published ones: a track has begun, or has
     * changed its format.
     *
     * @param frames by track name
     */
    boolean isOutdated(Map<String, List<AudioFrame>> frames) {
        return frames.entrySet().stream().anyMatch(track -> {
            List<AudioFrame> own = track.getValue();
            AudioRendition known = published.get(track.getKey());
            return !own.isEmpty() && (known == null ? first(own).isPresent() : hasChanged(known, own));
        });
    }

    /**
     * Returns the renditions of the next epoch: with the tracks that have begun, and without those that the run does not have, or
     * whose format is not published.
     *
     * @param frames by track name, of all tracks of the run
     * @param offset from the source's time to channel time, in 90 kHz ticks
     */
    AudioRenditions next(Map<String, List<AudioFrame>> frames, long offset) {
        Map<String, AudioRendition> next = new HashMap<>();
        frames.forEach((name, own) -> {
            AudioRendition known = published.get(name);
            if (known != null && (own.isEmpty() || !hasChanged(known, own))) {
                next.put(name, known);
            } else if (!own.isEmpty()) {
                first(own).ifPresent(found -> next.put(name, new AudioRendition(found, offset)));
            }
        });
        return new AudioRenditions(next);
    }

    private static Optional<CmafAudio> first(List<AudioFrame> frames) {
        return CmafAudio.of(frames.getFirst());
    }

    private static boolean hasChanged(AudioRendition known, List<AudioFrame> frames) {
        return frames.stream().noneMatch(known.track()::accepts);
    }

    /** Returns the published ones of a run's tracks, in their order. */
    List<Track> tracks(AudioTracks named) {
        List<Track> tracks = new ArrayList<>();
        for (AudioTracks.Named track : named.all()) {
            AudioRendition rendition = published.get(track.name());
            if (rendition != null) {
                CmafAudio audio = rendition.track();
                tracks.add(Track.ofAudio(
                        track.name(),
                        audio.codec(),
                        audio.timescale(),
                        audio.maxBitrate(),
                        new Track.Audio(track.info(), audio.channels())));
            }
        }
        return tracks;
    }

    Map<String, byte[]> inits() {
        Map<String, byte[]> inits = new HashMap<>();
        published.forEach((name, rendition) -> inits.put(name, rendition.track().init()));
        return inits;
    }

    /**
     * Creates the segments of the next window.
     *
     * @param frames by track name; a published track without any is silent
     * @param offset from the source's time to channel time, in 90 kHz ticks
     * @param from start of the window, in 90 kHz ticks of the source
     * @param to end of the window
     */
    List<Part> segments(Map<String, List<AudioFrame>> frames, long offset, long from, long to) {
        List<Part> parts = new ArrayList<>();
        published.forEach((name, rendition) -> {
            rendition.offset(offset);
            parts.add(new Part(name, rendition, rendition.segment(frames.getOrDefault(name, List.of()), from, to)));
        });
        return parts;
    }
}
