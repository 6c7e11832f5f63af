package io.xg2g.transcode;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import io.xg2g.problem.StrictJson;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Request for a job as JSON: the source instead of the bytes, and the parameters.
 *
 * @param source URL of the input
 * @param callback URL that is notified of the end
 * @param upload whether the renditions are uploaded
 * @param uploadPath directory on the upload target
 */
@RegisterForReflection
@Schema(name = "TranscodeSource", description = "An asynchronous transcode of a source that is fetched")
public record JobSpec(
        @Schema(required = true, examples = "https://media.example.org/clip.ts") @Nullable
        String source,

        @Schema(required = true, examples = "720p") @Nullable
        String profile,

        @Schema(examples = "news") @Nullable String stream,
        @Schema(examples = "normal") @Nullable String priority,

        @Schema(examples = "https://example.org/transcoded") @Nullable
        String callback,

        @Schema(examples = "true") @Nullable Boolean upload,
        @Schema(examples = "vod/news") @Nullable String uploadPath) {

    /** Returns whether a body of this type is such a request. */
    static boolean isContent(@Nullable MediaType type) {
        return type != null
                && type.getType().equalsIgnoreCase("application")
                && type.getSubtype().equalsIgnoreCase("json");
    }

    /** Reads such requests. */
    @Singleton
    static class Reader {
        private static final int MAX_BYTES = 16 * 1024;

        private final ObjectReader json;

        Reader(ObjectMapper json) {
            this.json = new StrictJson().apply(json, JobSpec.class);
        }

        /**
         * Reads a request with a source.
         *
         * @throws ProblemException if it is too large, malformed, or has no source
         */
        JobSpec read(InputStream body) {
            try {
                byte[] bytes = body.readNBytes(MAX_BYTES + 1);
                if (bytes.length > MAX_BYTES) {
                    throw ProblemType.TOO_LARGE
                            .with("a JSON body has at most " + MAX_BYTES + " bytes")
                            .asException();
                }
                @Nullable JobSpec spec = json.readValue(bytes);
                if (spec == null || spec.source() == null) {
                    throw malformed();
                }
                return spec;
            } catch (JacksonException | IllegalArgumentException invalid) {
                throw malformed();
            } catch (IOException lost) {
                throw ProblemType.BODY_TIMEOUT.with("the body was not received").asException();
            }
        }

        private static ProblemException malformed() {
            return ProblemType.INVALID_REQUEST
                    .with("a JSON body is one object with source and profile, and optionally stream, priority,"
                            + " callback and uploadPath, all of them text, and upload, which is true or false")
                    .asException();
        }
    }
}
