package io.xg2g.camera;

import io.xg2g.channel.Channel;
import io.xg2g.channel.ChannelSpec;
import io.xg2g.channel.ChannelSpec.Invalid;
import io.xg2g.ffmpeg.FrameOptions;
import io.xg2g.ingest.Source;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Definition of a camera in the configuration, in a request and in the file of cameras. Members that are {@code null} have
 * the defaults of the configuration.
 *
 * @param id path element in URLs
 * @param name display name; default: the id
 * @param url URL of the source, unless there is a channel
 * @param username user name of the source, unless it is in the URL
 * @param password password of the source, not percent-encoded
 * @param channel id of a live channel whose source the camera shares
 * @param fps frames per second: 0.1 to 60
 * @param quality 2 (best) to 31, or {@code source}
 * @param size largest size, for instance {@code 1280x720}, or {@code source}
 * @param transport of the media of RTSP: {@code tcp} or {@code udp}
 */
@Schema(name = "CameraSpec")
record CameraSpec(
        @Schema(examples = "door", pattern = Channel.ID) @Nullable
        String id,

        @Schema(examples = "Front door") @Nullable String name,

        @Schema(examples = "rtsp://192.168.1.20/stream2") @Nullable
        String url,

        @Schema(examples = "admin", writeOnly = true) @Nullable
        String username,

        @Schema(format = "password", writeOnly = true) @Nullable
        String password,

        @Schema(examples = "door") @Nullable String channel,

        @Schema(examples = "10") @Nullable Double fps,

        @Schema(examples = "5") @Nullable String quality,

        @Schema(examples = "1280x720") @Nullable String size,

        @Schema(examples = "tcp") @Nullable String transport) {

    static final double DEFAULT_FPS = 10;
    static final String DEFAULT_QUALITY = "5";
    static final String DEFAULT_SIZE = "1280x720";
    static final String DEFAULT_TRANSPORT = "tcp";

    /** Value of quality and size that leaves those of the source. */
    private static final String SOURCE = "source";

    private static final double MIN_FPS = 0.1;
    private static final double MAX_FPS = 60;
    private static final int BEST_QUALITY = 2;
    private static final int WORST_QUALITY = 31;
    private static final int MIN_SIZE = 16;
    private static final int MAX_SIZE = 8192;
    private static final Pattern SIZE = Pattern.compile("(\\d{2,4})x(\\d{2,4})");

    /**
     * Validates the definition. Does not check whether the source may be fetched.
     *
     * @param trusted whether it comes from the operator's configuration
     */
    Camera camera(Camera.Origin origin, boolean trusted) throws Invalid {
        if (url != null && channel != null) {
            throw new Invalid("channel", channel, "a channel or a url, not both");
        }
        // A channel is defined by the same members.
        String address = channel == null ? url : "http://localhost";
        Channel common = new ChannelSpec(id, name, null, null, address, username, password, null)
                .channel(trusted ? Channel.Origin.CONFIGURATION : Channel.Origin.API, trusted);
        return new Camera(
                common.id(), common.name(), input(common.source()), options(common.source(), trusted), origin);
    }

    private Camera.Input input(Source source) throws Invalid {
        if (channel == null) {
            return new Camera.Input.Own(source);
        }
        if (!channel.matches("[a-z0-9][a-z0-9_-]{0,63}")) {
            throw new Invalid("channel", channel, "the id of a channel");
        }
        if (username != null || password != null) {
            throw new Invalid("username", null, "with a url; a channel has credentials of its own");
        }
        return new Camera.Input.OfChannel(channel);
    }

    private FrameOptions options(Source source, boolean trusted) throws Invalid {
        double rate = fps == null ? DEFAULT_FPS : fps;
        if (!(rate >= MIN_FPS && rate <= MAX_FPS)) {
            throw new Invalid("fps", String.valueOf(fps), "0.1 to 60");
        }
        return new FrameOptions(rate, frameQuality(), frameSize(), frameTransport(source, trusted));
    }

    private int frameQuality() throws Invalid {
        String text = quality == null ? DEFAULT_QUALITY : quality;
        if (text.equals(SOURCE)) {
            return FrameOptions.SOURCE_QUALITY;
        }
        int number = text.matches("\\d{1,2}") ? Integer.parseInt(text) : 0;
        if (number < BEST_QUALITY || number > WORST_QUALITY) {
            throw new Invalid("quality", text, "2 (best) to 31, or source");
        }
        return number;
    }

    private Optional<FrameOptions.Size> frameSize() throws Invalid {
        String text = size == null ? DEFAULT_SIZE : size;
        if (text.equals(SOURCE)) {
            return Optional.empty();
        }
        Matcher numbers = SIZE.matcher(text);
        if (numbers.matches()) {
            int width = Integer.parseInt(numbers.group(1));
            int height = Integer.parseInt(numbers.group(2));
            if (Math.min(width, height) >= MIN_SIZE && Math.max(width, height) <= MAX_SIZE) {
                return Optional.of(new FrameOptions.Size(width, height));
            }
        }
        throw new Invalid("size", text, "width x height in pixels, each 16 to 8192, for instance 1280x720, or source");
    }

    private FrameOptions.Transport frameTransport(Source source, boolean trusted) throws Invalid {
        String text = transport == null ? DEFAULT_TRANSPORT : transport;
        return switch (text) {
            case "tcp" -> FrameOptions.Transport.TCP;
            case "udp" -> {
                boolean rtsp = source instanceof Source.Network(URI uri, boolean _)
                        && uri.getScheme().equalsIgnoreCase("rtsp");
                if (!trusted || !rtsp) {
                    throw new Invalid("transport", text, "tcp; udp with an rtsp URL in the configuration only");
                }
                yield FrameOptions.Transport.UDP;
            }
            default -> throw new Invalid("transport", text, "tcp or udp");
        };
    }

    /** Returns the id only, because the URL can contain credentials. */
    @Override
    public String toString() {
        return "CameraSpec[" + id + "]";
    }
}
