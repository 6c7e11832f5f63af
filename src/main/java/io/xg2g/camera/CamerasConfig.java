package io.xg2g.camera;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.Map;
import java.util.Optional;

/** Cameras whose frames are taken for other programs. */
@ConfigMapping(prefix = "xg2g.cameras")
public interface CamerasConfig {

    /** Cameras by id. An id is one as of a channel. */
    @WithParentName
    Map<String, CameraConfig> cameras();

    /** Configured camera. */
    interface CameraConfig {
        /**
         * URL of the source: {@code rtsp}, {@code rtsps}, {@code http}, {@code https} (a stream of JPEG images, HLS, or any
         * other video), {@code srt} or {@code udp}, or {@code file:} and the absolute path of a file that is played in a
         * loop. The camera needs this or a channel.
         */
        Optional<String> url();

        /** User name of the source, unless it is in the URL. */
        Optional<String> username();

        /** Password of the source, not percent-encoded; in the URL it has to be. */
        Optional<String> password();

        /** Id of a live channel, instead of a URL: it runs while the program does, and its source is opened once for both. */
        Optional<String> channel();

        /** Display name; default: the id. */
        Optional<String> name();

        /** Maximum number of frames per second: 0.1 to 60. */
        @WithDefault("10")
        double fps();

        /**
         * Quality of the JPEG images: 2 (best) to 31, or {@code source} for those of the camera, which are not decoded: for
         * a source of JPEG images only, which then has the size of the source, too.
         */
        @WithDefault("5")
        String quality();

        /**
         * Largest size in pixels, 16x16 to 8192x8192; a larger frame is scaled down with the same aspect ratio.
         * {@code source} is the size of the source.
         */
        @WithDefault("1280x720")
        String size();

        /** Transport of the media of RTSP: {@code tcp}, or {@code udp} for {@code rtsp} URLs. */
        @WithDefault("tcp")
        String transport();
    }
}
