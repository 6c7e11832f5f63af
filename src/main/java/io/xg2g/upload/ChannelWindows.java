package io.xg2g.upload;

import io.xg2g.channel.LivePath;
import io.xg2g.channel.PlaybackPass;
import io.xg2g.delivery.DashManifest;
import io.xg2g.delivery.HlsPlaylists;
import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.SegmentTimeline;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import io.xg2g.packaging.Window;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes uploads of a running channel's windows. Used by one thread. */
final class ChannelWindows {
    /** Content of a channel's segments; may block on the disk. */
    interface Media {
        /** Returns a segment; empty if it cannot be read any more. */
        Optional<byte[]> segment(String track, long time);

        /** Returns an init segment. */
        Optional<byte[]> init(String track, long epochStart);
    }

    private final String channel;
    private final long fence;
    private final String name;
    private final Media media;
    private final Duration window;
    private final InstantSource time;

    /** All tracks so far, since players keep requesting the playlist of their rendition. */
    private final Map<String, Track> tracks = new LinkedHashMap<>();

    /**
     * Creates the maker of one run of a channel.
     *
     * @param fence number of the lease of the channel
     * @param name display name of the channel
     * @param window time shift buffer depth
     * @param time publish time of manifests
     */
    ChannelWindows(String channel, long fence, String name, Media media, Duration window, InstantSource time) {
        this.channel = channel;
        this.fence = fence;
        this.name = name;
        this.media = media;
        this.window = window;
        this.time = time;
    }

    /**
     * Returns the windows after the one of a number; the last one has the playlists.
     *
     * @param timeline with complete windows only
     */
    List<Upload.Window> after(Timeline timeline, long number) {
        if (timeline.isEmpty()) {
            return List.of();
        }
        List<Upload.Window> windows = new ArrayList<>();
        long last = SegmentTimeline.last(timeline);
        for (Epoch epoch : timeline.epochs()) {
            epoch.tracks().forEach(track -> tracks.put(track.name(), track));
            for (Window window : epoch.windows()) {
                if (window.number() > number) {
                    List<StoredObject> playlists = window.number() == last ? playlists(timeline) : List.of();
                    windows.add(new Upload.Window(channel, fence, segments(epoch, window), playlists));
                }
            }
        }
        return windows;
    }

    /** Returns what is uploaded after the last window, with the playlists of that time. */
    Upload.Window end(Timeline timeline) {
        return new Upload.Window(channel, fence, List.of(), playlists(timeline));
    }

    private List<StoredObject> segments(Epoch epoch, Window window) {
        List<StoredObject> objects = new ArrayList<>();
        for (int i = 0; i < epoch.tracks().size(); i++) {
            String track = epoch.tracks().get(i).name();
            long time = window.segments().get(i).time();
            if (!window.segments().get(i).gap()) {
                media.init(track, epoch.start())
                        .ifPresent(bytes ->
                                objects.add(new StoredObject(StoredObject.init(channel, track, epoch.start()), bytes)));
                media.segment(track, time)
                        .ifPresent(bytes ->
                                objects.add(new StoredObject(StoredObject.segment(channel, track, time), bytes)));
            }
        }
        return objects;
    }

    /** Returns all playlists and the manifest, the multivariant playlist last. */
    private List<StoredObject> playlists(Timeline timeline) {
        List<StoredObject> playlists = new ArrayList<>();
        StringBuilder master = new StringBuilder(HlsPlaylists.master(timeline, name, PlaybackPass.NONE));
        for (Track track : tracks.values()) {
            playlists.add(
                    playlist(StoredObject.playlist(channel, track.name()), HlsPlaylists.staticMedia(timeline, track)));
            if (timeline.newest().indexOf(track.name()).isEmpty()) {
                master.append(UploadedPlaylist.former(track.name() + "/" + LivePath.MEDIA_PLAYLIST));
            }
        }
        DashManifest.writeFile(timeline, time.instant(), window)
                .ifPresent(manifest -> playlists.add(playlist(StoredObject.manifest(channel), manifest)));
        playlists.add(playlist(StoredObject.master(channel), master.toString()));
        return playlists;
    }

    private static StoredObject playlist(String name, String text) {
        return new StoredObject(name, text.getBytes(StandardCharsets.UTF_8));
    }
}
