package io.xg2g.live;

import io.xg2g.http.ByteRange;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.resteasy.reactive.PathPart;
import org.jspecify.annotations.Nullable;

/** Answers with what never changes under its name: cacheable, whole or one range of it. */
final class ImmutableFile {
    private ImmutableFile() {}

    static Response of(SegmentTimeline.Stored file, @Nullable String range, String type) {
        return answer(file.length(), range, type, part -> new PathPart(file.file(), part.first(), part.length()));
    }

    static Response of(byte[] bytes, @Nullable String range, String type) {
        return answer(
                bytes.length,
                range,
                type,
                part -> Arrays.copyOfRange(bytes, (int) part.first(), (int) part.last() + 1));
    }

    private static Response answer(
            long length, @Nullable String range, String type, Function<ByteRange, Object> content) {
        Optional<ByteRange> wanted;
        try {
            wanted = range == null ? Optional.empty() : ByteRange.parse(range, length);
        } catch (ByteRange.Unsatisfiable outside) {
            return ProblemMapper.response(ProblemType.RANGE_NOT_SATISFIABLE.with(
                            "the range begins behind the end; the segment has " + length + " bytes"))
                    .header("Content-Range", "bytes */" + length)
                    .build();
        }
        Response.ResponseBuilder response = wanted.isPresent()
                ? Response.status(Response.Status.PARTIAL_CONTENT)
                        .header("Content-Range", wanted.get().contentRange(length))
                : Response.ok();
        ByteRange part = wanted.orElse(new ByteRange(0, length - 1));
        return response.entity(content.apply(part))
                .type(type)
                // Said here, since the answer to HEAD would not say it.
                .header(HttpHeaders.CONTENT_LENGTH, part.length())
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=3600, immutable")
                .header("Accept-Ranges", "bytes")
                // The answer to another origin's page has one header more; what is cached for one is not for the other.
                .header(HttpHeaders.VARY, "Origin")
                .build();
    }
}
