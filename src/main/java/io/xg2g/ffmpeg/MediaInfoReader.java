package io.xg2g.ffmpeg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xg2g.media.TsSelection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parser of ffprobe's JSON, which chooses the streams that are transcoded. */
final class MediaInfoReader {
    /** Bounds of the frame size; scaling with subsampled chroma needs the minimum. */
    private static final int MIN_SIDE = 32;

    private static final int MAX_LONG_SIDE = 8192;
    private static final int MAX_SHORT_SIDE = 4320;
    private static final double MAX_RATE = 121;

    /** Highest average rate that is not a fault of the container's times: that of slow motion. */
    private static final int MAX_AVERAGE_RATE = 1000;

    private static final double MAX_SECONDS = 86_400;
    private static final Set<String> INTERLACED = Set.of("tt", "bb", "tb", "bt");
    /** Problem of an input with audio only. */
    static final String NO_VIDEO = "the input has audio but no video";

    private static final ObjectMapper JSON = new ObjectMapper();

    private MediaInfoReader() {}

    /** Reads the streams; empty if the text is not JSON. */
    static Optional<InputStreams> read(String json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException garbage) {
            return Optional.empty();
        }
        List<JsonNode> videos = streams(root, "video");
        videos.removeIf(MediaInfoReader::isCover);
        @Nullable JsonNode video = null;
        for (JsonNode candidate : videos) {
            video = video == null && rejectionReason(candidate).isEmpty() ? candidate : video;
        }
        List<JsonNode> audios = streams(root, "audio");
        JsonNode format = root.path("format");
        return Optional.of(new InputStreams(
                format.path("format_name").asText("unknown"),
                duration(format),
                video == null ? null : video(video),
                mainFirst(video == null ? audios : after(video, videos, ofProgram(root, video, audios))),
                video == null ? problem(videos, audios) : ""));
    }

    private static List<JsonNode> streams(JsonNode root, String type) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode stream : root.path("streams")) {
            if (stream.path("codec_type").asText().equals(type)) {
                found.add(stream);
            }
        }
        return found;
    }

    private static String problem(List<JsonNode> videos, List<JsonNode> audios) {
        if (videos.isEmpty()) {
            return audios.isEmpty() ? "the input has no video" : NO_VIDEO;
        }
        return rejectionReason(videos.getFirst());
    }

    /** Returns the audio streams of the video's program: all of them if the container has no programs. */
    private static List<JsonNode> ofProgram(JsonNode root, JsonNode video, List<JsonNode> audios) {
        for (JsonNode program : root.path("programs")) {
            Set<Integer> indices = new HashSet<>();
            program.path("streams")
                    .forEach(stream -> indices.add(stream.path("index").asInt(-1)));
            if (indices.contains(video.path("index").asInt())) {
                return audios.stream()
                        .filter(audio -> indices.contains(audio.path("index").asInt()))
                        .toList();
            }
        }
        return audios;
    }

    /**
     * Returns the audio streams behind the video first if another video precedes it that is not usable: where the streams of
     * a program change, both generations are listed.
     */
    private static List<JsonNode> after(JsonNode video, List<JsonNode> videos, List<JsonNode> audios) {
        if (videos.getFirst().equals(video)) {
            return audios;
        }
        int index = video.path("index").asInt();
        List<JsonNode> sorted = new ArrayList<>(audios);
        sorted.sort(Comparator.comparing(audio -> audio.path("index").asInt() < index));
        return sorted;
    }

    /** Returns the usable audio, the first that is not a description for visually impaired people before the others. */
    private static List<MediaInfo.Audio> mainFirst(List<JsonNode> candidates) {
        List<MediaInfo.Audio> all = new ArrayList<>();
        boolean main = false;
        for (JsonNode candidate : candidates) {
            MediaInfo.@Nullable Audio audio = audio(candidate);
            if (audio == null) {
                continue;
            }
            boolean first = !main && !isDescription(candidate);
            main |= first;
            all.add(first ? 0 : all.size(), audio);
        }
        return all.subList(0, Math.min(TsSelection.MAX_AUDIO, all.size()));
    }

    private static boolean isDescription(JsonNode stream) {
        JsonNode disposition = stream.path("disposition");
        return disposition.path("visual_impaired").asInt() != 0
                || disposition.path("descriptions").asInt() != 0;
    }

    private static boolean isCover(JsonNode stream) {
        JsonNode disposition = stream.path("disposition");
        return disposition.path("attached_pic").asInt() != 0
                || disposition.path("timed_thumbnails").asInt() != 0;
    }

    /** Returns why a video cannot be used, as one sentence; empty if it can. */
    private static String rejectionReason(JsonNode stream) {
        String codec = stream.path("codec_name").asText("");
        if (codec.isEmpty() || codec.equals("unknown") || codec.equals("none")) {
            return "the input's video codec is unknown";
        }
        if (Decoders.isStillImage(codec)) {
            return Decoders.refused(codec, "").detail();
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
        return "";
    }

    private static MediaInfo.Video video(JsonNode stream) {
        double aspect = ratio(stream.path("sample_aspect_ratio").asText(), ':');
        MediaInfo.Video video = new MediaInfo.Video(
                stream.path("index").asInt(),
                stream.path("codec_name").asText(),
                stream.path("width").asInt(),
                stream.path("height").asInt(),
                stream.path("pix_fmt").asText(),
                false,
                rate(stream),
                aspect < 0.1 || aspect > 10 ? 1 : aspect,
                rotation(stream),
                switch (stream.path("color_transfer").asText()) {
                    case "smpte2084" -> MediaInfo.DynamicRange.PQ;
                    case "arib-std-b67" -> MediaInfo.DynamicRange.HLG;
                    default -> MediaInfo.DynamicRange.SDR;
                });
        return INTERLACED.contains(stream.path("field_order").asText()) ? video.asInterlaced() : video;
    }

    /**
     * Returns the frames per second: the average, or the nominal rate if that differs by lost frames or rounding only. The
     * nominal rate alone can be that of the time base, or of the shortest of varying frame durations.
     */
    private static double rate(JsonNode stream) {
        double nominal = ratio(stream.path("r_frame_rate").asText(), '/');
        double average = ratio(stream.path("avg_frame_rate").asText(), '/');
        boolean near = average >= nominal * 0.9 && average <= nominal * 1.02;
        double rate = average <= 0 || near ? nominal : average;
        if (rate <= MAX_RATE) {
            return rate;
        }
        return average > 0 && average <= MAX_AVERAGE_RATE ? average : 0;
    }

    /** Returns {@code null} for audio without a header, which cannot be decoded. */
    private static MediaInfo.@Nullable Audio audio(JsonNode stream) {
        int sampleRate = stream.path("sample_rate").asInt();
        int channels = stream.path("channels").asInt();
        String codec = stream.path("codec_name").asText("unknown");
        return sampleRate > 0 && channels > 0 && !codec.equals("unknown")
                ? new MediaInfo.Audio(stream.path("index").asInt(), codec, sampleRate, channels)
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
}
