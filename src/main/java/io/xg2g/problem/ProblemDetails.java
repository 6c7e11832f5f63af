package io.xg2g.problem;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The body of an error answer, RFC 9457.
 *
 * @param type a URN that names the kind of problem
 * @param title what is the same in every occurrence
 * @param status the HTTP status
 * @param detail what was wrong this time
 * @param code the stable name by which clients decide
 */
@RegisterForReflection
@Schema(description = "An error, as RFC 9457 problem details")
public record ProblemDetails(
        @Schema(examples = "urn:xg2g:problem:gpu-queue-full")
        String type,

        @Schema(examples = "The queue is full") String title,
        @Schema(examples = "503") int status,

        @Schema(examples = "100 requests wait and the limit is 100 (xg2g.gpu.queue.size)")
        String detail,

        @Schema(examples = "gpu-queue-full") String code) {

    /** The problem as it is written into an answer. */
    public static ProblemDetails of(Problem problem) {
        ProblemType type = problem.type();
        return new ProblemDetails(
                "urn:xg2g:problem:" + type.code(), type.title(), type.status(), problem.detail(), type.code());
    }
}
