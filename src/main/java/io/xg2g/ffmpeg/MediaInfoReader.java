package io.xg2g.ffmpeg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parser of ffprobe's JSON, which accepts video that can be transcoded. */
final class MediaInfoReader {
    /** Bounds of the frame size; scaling with subsampled chroma needs the minimum. */
    private static final int MIN_SIDE = 32;

    private static final int MAX_LONG_SIDE = 8192;
    private static final int MAX_SHORT_SIDE = 4320;
    private static final double MAX_RATE = 121;
    private static final double MAX_INTERLACED_RATE = 31;
    private static final double MAX_SECONDS = 86_400;
    private static final Set<String> INTERLACED = Set.of("tt", "bb", "tb", "bt");
    private static final ObjectMapper JSON = new ObjectMapper();

    private MediaInfoReader() {}

    static Inspection read(String json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException garbage) {
            return new Inspection.Rejected(new Failure(Failure.Kind.CRASH, "the output of ffprobe is not JSON"));
        }
        @Nullable JsonNode video = null;
        @Nullable JsonNode audio = null;
        for (JsonNode stream : root.path("streams")) {
            switch (stream.path("codec_type").asText()) {
                case "video" -> video = video == null && !isCover(stream) ? stream : video;
                case "audio" -> audio = audio == null ? stream : audio;
                default -> {
                    // Subtitles and data streams are dropped.
                }
            }
        }
        if (video == null) {
            return unsupported(audio == null ? "the input has no video" : "the input has audio but no video");
        }
        @Nullable String reason = rejectionReason(video);
        if (reason != null) {
            return unsupported(reason);
        }
        JsonNode format = root.path("format");
        return new Inspection.Accepted(new MediaInfo(
                format.path("format_name").asText("unknown"), duration(format), video(video), audio(audio)));
    }

    private static boolean isCover(JsonNode stream) {
        JsonNode disposition = stream.path("disposition");
        return disposition.path("attached_pic").asInt() != 0
                || disposition.path("timed_thumbnails").asInt() != 0;
    }

    private static @Nullable String rejectionReason(JsonNode stream) {
        String codec = stream.path("codec_name").asText("");
        if (codec.isEmpty() || codec.equals("unknown") || codec.equals("none")) {
            return "the input's video codec is unknown";
        }
        if (Decoders.isStillImage(codec)) {
            return Decoders.refused(codec).detail();
        }
        int width = stream.path("width").asInt();
        int height = stream.path("height").asInt();
        if (width <= 0 || height <= 0 || stream.path("pix_fmt").asText("").isEmpty()) {
            return "no video frame can be decoded from the input: its " + codec
                    + " video has no complete header (it must hold a keyframe)";
        }
        if (Math.min(width, height) < MIN_SIDE) {
            return String.format(
                    Locale.ROOT,
                    "the frame size is %dx%d; each side must have at least %d pixels",
                    width,
                    height,
                    MIN_SIDE);
        }
        if (Math.max(width, height) > MAX_LONG_SIDE || Math.min(width, height) > MAX_SHORT_SIDE) {
            return String.format(
                    Locale.ROOT,
                    "the frame size is %dx%d; the limit is %dx%d",
                    width,
                    height,
                    MAX_LONG_SIDE,
                    MAX_SHORT_SIDE);
        }
        return null;
    }

    private static MediaInfo.Video video(JsonNode stream) {
        boolean interlaced = INTERLACED.contains(stream.path("field_order").asText());
        double rate = ratio(stream.path("r_frame_rate").asText(), '/');
        if (rate <= 0 || rate > MAX_RATE) {
            rate = ratio(stream.path("avg_frame_rate").asText(), '/');
        }
        if (rate > MAX_RATE) {
            rate = 0;
        }
        // With field pictures (PAFF) ffprobe counts fields.
        if (interlaced && rate > MAX_INTERLACED_RATE) {
            rate /= 2;
        }
        double aspect = ratio(stream.path("sample_aspect_ratio").asText(), ':');
        return new MediaInfo.Video(
                stream.path("codec_name").asText(),
                stream.path("width").asInt(),
                stream.path("height").asInt(),
                stream.path("pix_fmt").asText(),
                interlaced,
                rate,
                aspect < 0.1 || aspect > 10 ? 1 : aspect,
                rotation(stream));
    }

    private static MediaInfo.@Nullable Audio audio(@Nullable JsonNode stream) {
        if (stream == null) {
            return null;
        }
        int sampleRate = stream.path("sample_rate").asInt();
        int channels = stream.path("channels").asInt();
        String codec = stream.path("codec_name").asText("unknown");
        // Audio without a header cannot be decoded; the video is transcoded without it.
        return sampleRate > 0 && channels > 0 && !codec.equals("unknown")
                ? new MediaInfo.Audio(codec, sampleRate, channels)
                : null;
    }

    private static int rotation(JsonNode stream) {
        for (JsonNode data : stream.path("side_data_list")) {
            if (data.has("rotation")) {
                int rotation =
                        Math.floorMod(Math.round((float) data.path("rotation").asDouble() / 90) * 90, 360);
                return rotation;
            }
        }
        return 0;
    }

    private static Duration duration(JsonNode format) {
        double seconds = number(format.path("duration").asText());
        return seconds > 0 && seconds <= MAX_SECONDS ? Duration.ofNanos(Math.round(seconds * 1e9)) : Duration.ZERO;
    }

    /** Parses a fraction such as {@code 30000/1001}; returns 0 if it is none. */
    private static double ratio(String text, char separator) {
        int at = text.indexOf(separator);
        if (at < 0) {
            return number(text);
        }
        double denominator = number(text.substring(at + 1));
        return denominator > 0 ? number(text.substring(0, at)) / denominator : 0;
    }

    private static double number(String text) {
        return text.matches("\\d{1,12}(\\.\\d{1,9})?") ? Double.parseDouble(text) : 0;
    }

    private static Inspection unsupported(String sentence) {
        return new Inspection.Rejected(new Failure(Failure.Kind.UNSUPPORTED_MEDIA, sentence));
    }
}
