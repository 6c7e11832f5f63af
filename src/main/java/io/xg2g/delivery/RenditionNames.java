package io.xg2g.delivery;

import io.xg2g.ffmpeg.Profiles;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.media.Ticks;
import io.xg2g.packaging.AudioTracks;
import io.xg2g.packaging.EncodedWindow;
import io.xg2g.packaging.SegmentTimeline;
import io.xg2g.packaging.Track;
import io.xg2g.problem.ProblemType;
import java.util.Optional;

/** Resolver of the rendition names in the URLs of media playlists. */
final class RenditionNames {
    private RenditionNames() {}

    /**
     * Returns the track of a name. A player of before a restart requests the renditions of then, which a channel that has
     * just started may not have, or not yet: such a name stands for the track of that height, or of that language, role and codec,
     * instead of which the nearest one is listed.
     *
     * @return empty if no channel has a rendition of this name
     */
    static Optional<Track> find(SegmentTimeline timeline, Profiles profiles, String name) {
        return timeline.track(name).or(() -> switch (name) {
            case EncodedWindow.PASSTHROUGH -> Optional.of(video(name, Integer.MAX_VALUE));
            default ->
                AudioTracks.described(name)
                        .map(info -> audio(name, info))
                        .or(() -> profiles.rung(name).map(rung -> video(name, rung.height())));
        });
    }

    /**
     * Returns the track of a name.
     *
     * @throws io.xg2g.problem.ProblemException if no channel has a rendition of this name
     */
    static Track require(SegmentTimeline timeline, Profiles profiles, String name) {
        return find(timeline, profiles, name)
                .orElseThrow(() -> ProblemType.NOT_FOUND
                        .with("there is no rendition with this name; the master playlist lists them")
                        .asException());
    }

    private static Track video(String name, int height) {
        return new Track(name, Track.Kind.VIDEO, "", Ticks.PER_SECOND, 0, height, 0, 0);
    }

    private static Track audio(String name, AudioTrackInfo info) {
        return new Track(name, Track.Kind.AUDIO, "", Ticks.PER_SECOND, 0, 0, 0, 0, new Track.Audio(info, 2));
    }
}
