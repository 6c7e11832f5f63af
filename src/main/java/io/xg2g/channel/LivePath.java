package io.xg2g.channel;

import java.util.Optional;

/**
 * Path of a resource that players fetch.
 *
 * <pre>
 *   /live/{channel}/master.m3u8                         Master
 *   /live/{channel}/manifest.mpd                        Manifest
 *   /live/{channel}/stream.ts                           TransportStream
 *   /live/{channel}/audio.aac                           Audio
 *   /live/{channel}/preview.jpg                         Preview
 *   /live/{channel}/{rendition}/media.m3u8              MediaPlaylist
 *   /live/{channel}/{rendition}/init-{epochStart}.mp4   InitSegment
 *   /live/{channel}/{rendition}/{time}.m4s              Segment
 * </pre>
 *
 * <p>Channels and renditions consist of {@code a-z}, {@code 0-9}, {@code _} and {@code -}, so that a path has one
 * spelling.
 */
public sealed interface LivePath {
    String ROOT = "/live/";
    String MASTER = "master.m3u8";
    String MANIFEST = "manifest.mpd";
    String TRANSPORT_STREAM = "stream.ts";
    String AUDIO = "audio.aac";
    String PREVIEW = "preview.jpg";
    String MEDIA_PLAYLIST = "media.m3u8";

    /** Suffix of a segment. */
    String SEGMENT = ".m4s";

    /** Id of the channel. */
    String channel();

    /** HLS multivariant playlist. */
    record Master(String channel) implements LivePath {}

    /** DASH manifest. */
    record Manifest(String channel) implements LivePath {}

    /** Continuous transport stream. */
    record TransportStream(String channel) implements LivePath {}

    /** Continuous audio stream. */
    record Audio(String channel) implements LivePath {}

    /** Preview image. */
    record Preview(String channel) implements LivePath {}

    /** HLS media playlist of a rendition. */
    record MediaPlaylist(String channel, String rendition) implements LivePath {}

    /**
     * Init segment of a rendition.
     *
     * @param epochStart start of its epoch, in 90 kHz ticks of channel time
     */
    record InitSegment(String channel, String rendition, long epochStart) implements LivePath {}

    /**
     * Segment of a rendition.
     *
     * @param time its start, in ticks of the rendition's timescale
     */
    record Segment(String channel, String rendition, long time) implements LivePath {}

    /** Returns the directory of a channel, with a slash at its end. */
    static String directory(String channel) {
        return ROOT + channel + "/";
    }

    /** Returns the file name of an init segment. */
    static String initFile(long epochStart) {
        return LivePathParser.INIT_PREFIX + epochStart + LivePathParser.INIT_SUFFIX;
    }

    /** Parses the normalized path of a request; returns empty for any other path. */
    static Optional<LivePath> parse(String path) {
        return Optional.ofNullable(LivePathParser.parse(path));
    }
}
