package io.xg2g.cluster;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.ffmpeg.Failure;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Line of a worker's response to a {@link UnitOrder}; one of the three is not {@code null}.
 *
 * @param progress completed share, 0 to 1; sent at the beginning and each second
 * @param produced the last line, after the renditions were sent
 * @param failed the last line, if there are none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection(
        targets = { // Read and written as JSON.
            UnitReport.class,
            UnitReport.Produced.class,
            UnitReport.Output.class,
            UnitReport.Failed.class
        })
record UnitReport(
        @Nullable Double progress,
        @Nullable Produced produced,
        @Nullable Failed failed) {

    /** The renditions of the unit, in the profile's order. */
    record Produced(String encoder, List<Output> renditions) {}

    /**
     * A rendition.
     *
     * @param extension of its file name
     * @param sha256 of its content, in lower-case hexadecimal
     */
    record Output(
            String name,
            String extension,
            String contentType,
            long bytes,
            int width,
            int height,
            Duration duration,
            String sha256) {}

    /** Why there are none. */
    record Failed(Failure.Kind kind, String detail) {}

    static UnitReport progress(double share) {
        return new UnitReport(share, null, null);
    }

    static UnitReport produced(String encoder, List<Output> renditions) {
        return new UnitReport(null, new Produced(encoder, renditions), null);
    }

    static UnitReport failed(Failure.Kind kind, String detail) {
        return new UnitReport(null, null, new Failed(kind, detail));
    }
}
