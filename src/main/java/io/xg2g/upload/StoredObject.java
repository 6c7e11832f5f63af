package io.xg2g.upload;

import io.xg2g.channel.LivePath;
import io.xg2g.packaging.AudioTracks;

/**
 * Object on the target.
 *
 * @param name path below the target's address, as below {@code /live/} of the program: {@code tv/720p/1234.m4s}
 * @param bytes content; not modified
 */
@SuppressWarnings("ArrayRecordComponent") // The array is never modified.
record StoredObject(String name, byte[] bytes) {
    private static final String PLAYLIST_SUFFIX = ".m3u8";
    private static final String MANIFEST_SUFFIX = ".mpd";

    /**
     * Returns whether it is a playlist or a manifest, which is replaced with each window; segments and init segments never change.
     */
    static boolean isPlaylist(String name) {
        return name.endsWith(PLAYLIST_SUFFIX) || isManifest(name);
    }

    /** Returns whether it is a DASH manifest. */
    static boolean isManifest(String name) {
        return name.endsWith(MANIFEST_SUFFIX);
    }

    /** Returns the media type (RFC 8216, section 4; RFC 4337; ISO/IEC 23009-1, annex C). */
    String contentType() {
        if (isManifest(name)) {
            return "application/dash+xml";
        }
        if (isPlaylist(name)) {
            return "application/vnd.apple.mpegurl";
        }
        int end = name.lastIndexOf('/');
        boolean audio = end > 0 && AudioTracks.isAudio(name.substring(name.lastIndexOf('/', end - 1) + 1, end));
        return audio ? "audio/mp4" : "video/mp4";
    }

    /** Returns the value of {@code Cache-Control}. */
    String cacheControl() {
        return isPlaylist(name) ? "no-cache" : "public, max-age=31536000, immutable";
    }

    /** Returns the name of a channel's object. */
    static String name(String channel, String path) {
        return channel + "/" + path;
    }

    static String master(String channel) {
        return name(channel, LivePath.MASTER);
    }

    static String manifest(String channel) {
        return name(channel, LivePath.MANIFEST);
    }

    static String playlist(String channel, String rendition) {
        return name(channel, rendition + "/" + LivePath.MEDIA_PLAYLIST);
    }

    /** Returns the media playlist in the directory of a segment. */
    static String playlistBeside(String name) {
        return name.substring(0, name.lastIndexOf('/') + 1) + LivePath.MEDIA_PLAYLIST;
    }

    static String segment(String channel, String rendition, long time) {
        return name(channel, rendition + "/" + time + LivePath.SEGMENT);
    }

    static String init(String channel, String rendition, long epochStart) {
        return name(channel, rendition + "/" + LivePath.initFile(epochStart));
    }

    /** Returns name and size only. */
    @Override
    public String toString() {
        return name + " (" + bytes.length + " bytes)";
    }
}
