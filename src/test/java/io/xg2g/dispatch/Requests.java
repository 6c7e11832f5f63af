package io.xg2g.dispatch;

import io.xg2g.ffmpeg.Container;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.Profile;
import io.xg2g.ffmpeg.TranscodeUnit;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Requests for tests. The client is the id without its digits: {@code anna7} belongs to {@code anna}. */
final class Requests {
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final MediaInfo.Video VIDEO = new MediaInfo.Video("h264", 1920, 1080, "yuv420p", false, 25, 1);

    private Requests() {}

    static TranscodeRequest normal(String id) {
        return request(id, null, Priority.NORMAL);
    }

    /** One that waits without a deadline. */
    static TranscodeRequest durable(String id) {
        return new TranscodeRequest(
                id, client(id), null, Priority.NORMAL, unit(id), TranscodeRequest.Listener.NONE, null, true, null);
    }

    static TranscodeRequest preview(String id) {
        return request(id, null, Priority.PREVIEW);
    }

    static TranscodeRequest ofStream(String id, String stream) {
        return request(id, stream, Priority.NORMAL);
    }

    static TranscodeRequest request(String id, @Nullable String stream, Priority priority) {
        return heardBy(TranscodeRequest.Listener.NONE, id, stream, priority);
    }

    static TranscodeRequest heardBy(
            TranscodeRequest.Listener listener, String id, @Nullable String stream, Priority priority) {
        return new TranscodeRequest(id, client(id), stream, priority, unit(id), listener);
    }

    /** A unit of a stream, with its playing time and due time. */
    static TranscodeRequest scheduled(
            String id,
            @Nullable String stream,
            Priority priority,
            Duration media,
            TranscodeRequest.@Nullable DueTime due) {
        return new TranscodeRequest(
                id, client(id), stream, priority, unit(id, media), TranscodeRequest.Listener.NONE, due);
    }

    static TranscodeUnit unit(String id) {
        return unit(id, TWO_SECONDS);
    }

    static TranscodeUnit unit(String id, Duration media) {
        MediaInfo source = new MediaInfo("mpegts", media, VIDEO, null);
        return new TranscodeUnit(
                Path.of(id), source, new Profile.Preview("preview", 320), Container.MPEG_TS, Path.of("out"));
    }

    static String client(String id) {
        return id.replaceAll("\\d", "");
    }
}
