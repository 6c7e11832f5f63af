package io.xg2g.transcode;

import io.xg2g.dispatch.Priority;
import io.xg2g.ffmpeg.Container;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.Profile;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.problem.ProblemType;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Validated options of a request.
 *
 * @param stream the client's name of the stream, or {@code null}
 * @param container requested container, or empty for the one of the input
 * @param respondAsync whether the request is asynchronous ({@code Prefer: respond-async}, RFC 7240)
 */
record TranscodeOptions(
        Profile profile,
        Priority priority,
        @Nullable String stream,
        Optional<Container> container,
        boolean respondAsync) {

    private static final Pattern STREAM = Pattern.compile("[A-Za-z0-9._:~@/-]{1,128}");
    private static final Pattern RESPOND_ASYNC =
            Pattern.compile("(^|[,;])\\s*respond-async\\s*($|[,;=])", Pattern.CASE_INSENSITIVE);
    private static final Set<String> OPEN_FOR_VIDEO =
            Set.of("*/*", "video/*", "multipart/*", "multipart/mixed", "application/json");
    private static final Set<String> OPEN_FOR_IMAGES = Set.of("*/*", "image/*", "image/jpeg", "application/json");
    private static final Set<String> MP4_DEMUXERS = Set.of("mov", "mp4", "m4a");

    /**
     * Validates the query parameters and headers.
     *
     * @throws io.xg2g.problem.ProblemException naming the invalid value and the allowed ones
     */
    static TranscodeOptions of(
            Profiles profiles,
            @Nullable String profile,
            @Nullable String stream,
            @Nullable String priority,
            List<MediaType> accept,
            List<String> prefer) {
        Profile wanted = profile(profiles, profile);
        return new TranscodeOptions(
                wanted,
                priority(priority, wanted),
                stream(stream),
                container(wanted, accept),
                prefer.stream().anyMatch(value -> RESPOND_ASYNC.matcher(value).find()));
    }

    /** Returns the container for an input. */
    Container containerFor(MediaInfo source) {
        return container.orElseGet(
                () -> List.of(source.format().split(",")).stream().anyMatch(MP4_DEMUXERS::contains)
                        ? Container.MP4
                        : Container.MPEG_TS);
    }

    private static Profile profile(Profiles profiles, @Nullable String name) {
        String allowed = "; allowed: " + String.join(", ", profiles.names());
        if (name == null || name.isEmpty()) {
            throw ProblemType.INVALID_REQUEST
                    .with("the query parameter profile is missing" + allowed)
                    .asException();
        }
        return profiles.find(name)
                .orElseThrow(() -> ProblemType.INVALID_REQUEST
                        .with("profile is '" + printable(name) + "'" + allowed)
                        .asException());
    }

    private static Priority priority(@Nullable String priority, Profile profile) {
        Priority usual = profile instanceof Profile.Preview ? Priority.PREVIEW : Priority.NORMAL;
        return switch (priority) {
            case null -> usual;
            case "normal" -> Priority.NORMAL;
            case "preview" -> Priority.PREVIEW;
            default ->
                throw ProblemType.INVALID_REQUEST
                        .with("priority is '" + printable(priority) + "'; allowed: normal, preview")
                        .asException();
        };
    }

    private static @Nullable String stream(@Nullable String stream) {
        if (stream != null && !STREAM.matcher(stream).matches()) {
            throw ProblemType.INVALID_REQUEST
                    .with("stream is '" + printable(stream) + "'; allowed: 1 to 128 letters, digits and . _ : ~ @ / -")
                    .asException();
        }
        return stream;
    }

    /**
     * Returns the preferred container of the Accept header; empty if it does not name one.
     *
     * @param accept media types, highest weight first; may contain excluded ones (q=0)
     */
    private static Optional<Container> container(Profile profile, List<MediaType> accept) {
        List<String> wanted = accept.stream()
                .filter(type -> !type.getParameters().getOrDefault("q", "1").matches("0(\\.0*)?"))
                .map(type -> (type.getType() + "/" + type.getSubtype()).toLowerCase(Locale.ROOT))
                .toList();
        if (profile instanceof Profile.Ladder) {
            for (String type : wanted) {
                for (Container container : Container.values()) {
                    if (container.contentType().equals(type)) {
                        return Optional.of(container);
                    }
                }
            }
        }
        Set<String> open = profile instanceof Profile.Preview ? OPEN_FOR_IMAGES : OPEN_FOR_VIDEO;
        if (accept.isEmpty() || wanted.stream().anyMatch(open::contains)) {
            return Optional.empty();
        }
        throw ProblemType.NOT_ACCEPTABLE
                .with("Accept has no media type that profile " + profile.name() + " supports; allowed: "
                        + (profile instanceof Profile.Preview ? "image/jpeg" : "video/mp4, video/mp2t")
                        + ", */*")
                .asException();
    }

    /** Limits a value of the client to 64 printable ASCII characters, for an error message. */
    private static String printable(String text) {
        String clean = text.replaceAll("[^\\x20-\\x7e]", "?");
        return clean.length() <= 64 ? clean : clean.substring(0, 64) + "…";
    }
}
