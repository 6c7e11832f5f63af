package io.xg2g.ffmpeg;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.Map;

/** Profiles in addition to the built-in {@code 480p}, {@code 720p}, {@code 1080p}, {@code abr} and {@code preview}. */
@ConfigMapping(prefix = "xg2g.profiles")
public interface ProfilesConfig {

    /**
     * Profiles by name. A name has 1 to 32 letters, digits, hyphens or underscores; the name of a built-in
     * profile replaces that profile.
     */
    @WithParentName
    Map<String, Rung> profiles();

    /** Profile of one rendition. */
    interface Rung {
        /** The video codec: {@code h264}, {@code hevc} or {@code av1}. */
        @WithDefault("h264")
        String codec();

        /** Frame height in pixels: 64 to 4320. A smaller source is not scaled. */
        @WithDefault("720")
        int height();

        /** Maximum video bit rate in bits per second: 100000 to 100000000. */
        @WithDefault("3000000")
        int bitrate();

        /** Maximum frame rate in frames per second: 1 to 120. A higher rate is reduced. */
        @WithDefault("60")
        int frameRate();
    }
}
