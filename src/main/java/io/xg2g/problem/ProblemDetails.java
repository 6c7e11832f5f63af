package io.xg2g.problem;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Body of an error response: problem details (RFC 9457).
 *
 * @param type URN of the kind of problem
 * @param title summary, the same for every occurrence
 * @param status HTTP status
 * @param detail explanation of this occurrence
 * @param code stable name of the kind, for clients to evaluate
 */
@RegisterForReflection
@Schema(description = "An error, as RFC 9457 problem details")
public record ProblemDetails(
        @Schema(examples = "urn:xg2g:problem:gpu-queue-full")
        String type,

        @Schema(examples = "Queue Full") String title,
        @Schema(examples = "503") int status,

        @Schema(examples = "100 requests wait and the limit is 100 (xg2g.gpu.queue.size)")
        String detail,

        @Schema(examples = "gpu-queue-full") String code) {

    /** Returns the response body for a problem. */
    public static ProblemDetails of(Problem problem) {
        ProblemType type = problem.type();
        return new ProblemDetails(
                "urn:xg2g:problem:" + type.code(), type.title(), type.status(), problem.detail(), type.code());
    }
}
