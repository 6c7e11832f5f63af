package io.xg2g.service;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Player under test, which plays one URL. Its {@code close} ends it. */
interface MatrixPlayer extends AutoCloseable {
    /** What it has shown so far. */
    PictureLog shown();

    void pause();

    void resume();

    void seekBack(int seconds);

    /** Number of audio tracks that it offers. */
    int audioTracks();

    /** Plays the second audio track. */
    void chooseSecondAudio();

    /** The end of what it has reported, in one line; empty if it has reported nothing. */
    String said();

    @Override
    void close();

    /** Protocol of a URL. */
    enum Protocol {
        HLS("HLS", "master.m3u8"),
        DASH("DASH", "manifest.mpd"),
        TS("`stream.ts`", "stream.ts?mode=standard");

        private final String title;
        private final String file;

        Protocol(String title, String file) {
            this.title = title;
            this.file = file;
        }

        String title() {
            return title;
        }

        /** URL relative to that of the channel. */
        String file() {
            return file;
        }
    }

    /** Kind of a player. */
    enum Kind {
        HLS_JS("hls.js", List.of(Protocol.HLS)),
        SHAKA("Shaka", List.of(Protocol.HLS, Protocol.DASH)),
        DASH_JS("dash.js", List.of(Protocol.DASH)),
        FFPLAY("ffplay", List.of(Protocol.values())),
        MPV("mpv", List.of(Protocol.values())),
        VLC("VLC", List.of(Protocol.values())),
        PLAYBIN("playbin", List.of(Protocol.values())),
        PLAYBIN3("playbin3", List.of(Protocol.values()));

        private final String title;
        private final List<Protocol> protocols;

        Kind(String title, List<Protocol> protocols) {
            this.title = title;
            this.protocols = protocols;
        }

        String title() {
            return title;
        }

        List<Protocol> protocols() {
            return protocols;
        }

        /** Returns whether it is named by a list of names, or the list is empty. */
        boolean isIn(List<String> names) {
            return names.isEmpty() || names.contains(title.toLowerCase(Locale.ROOT));
        }

        /**
         * Starts it.
         *
         * @param pages pages of the players that run in a browser
         * @param directory for its files; accessible to other users
         */
        MatrixPlayer start(String url, Chromium browser, PlayerPages pages, Path directory) {
            return switch (this) {
                case HLS_JS, SHAKA, DASH_JS -> PagePlayer.start(title, url, browser, pages);
                case PLAYBIN, PLAYBIN3 -> GstPlayer.start(title, url);
                case FFPLAY, MPV, VLC -> ScreenPlayer.start(this, url, directory);
            };
        }
    }
}
