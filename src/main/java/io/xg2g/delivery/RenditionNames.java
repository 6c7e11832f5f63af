package io.xg2g.delivery;

import io.xg2g.ffmpeg.Profiles;
import io.xg2g.media.Ticks;
import io.xg2g.packaging.AudioRendition;
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
     * just started may not have, or not yet: such a name stands for the track of that height, instead of which the nearest
     * one is listed.
     *
     * @return empty if no channel has a rendition of this name
     */
    static Optional<Track> find(SegmentTimeline timeline, Profiles profiles, String name) {
        return timeline.track(name).or(() -> switch (name) {
            case AudioRendition.NAME -> Optional.of(track(name, Track.Kind.AUDIO, 0));
            case EncodedWindow.PASSTHROUGH -> Optional.of(track(name, Track.Kind.VIDEO, Integer.MAX_VALUE));
            default -> profiles.rung(name).map(rung -> track(name, Track.Kind.VIDEO, rung.height()));
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

    private static Track track(String name, Track.Kind kind, int height) {
        return new Track(name, kind, "", Ticks.PER_SECOND, 0, height, 0, 0);
    }
}
