package io.xg2g.transcode;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.dispatch.Priority;
import io.xg2g.ffmpeg.Container;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.problem.ProblemType;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Accepted asynchronous request as it is stored: the file {@code job.json} of its directory.
 *
 * @param priority name of the requested {@link Priority}
 * @param container name of the requested {@link Container}; {@code null} for that of the input
 * @param level level in the queue of jobs, 0 to 2; higher ones start first
 * @param created milliseconds since 1970
 * @param idempotencyKey key of the client for this request, or {@code null}
 * @param fingerprint digest of the parameters and of the body or source, in hexadecimal
 * @param source URL that the input is fetched from, or {@code null} if the request had a body; may contain a password
 * @param callback URL that is notified of the end, or {@code null}
 * @param service absolute URL at which the client reached the service, for links in the callback
 * @param uploadPath directory on the upload target to which the renditions are uploaded, or {@code null}
 */
@RegisterForReflection
record JobRequest(
        String id,
        String client,
        String profile,
        String priority,
        @Nullable String stream,
        @Nullable String container,
        int level,
        long created,
        @Nullable String idempotencyKey,
        String fingerprint,
        @Nullable String source,
        @Nullable String callback,
        String service,
        @Nullable String uploadPath) {

    Instant createdAt() {
        return Instant.ofEpochMilli(created);
    }

    /** Returns the level for the priority of child processes. */
    Priority levelAsPriority() {
        return Arrays.stream(Priority.values())
                .filter(priority -> priority.level() == level)
                .findFirst()
                .orElse(Priority.NORMAL);
    }

    /**
     * Returns the options with the profile as it is configured now.
     *
     * @throws io.xg2g.problem.ProblemException if the profile is not configured any more
     */
    TranscodeOptions options(Profiles profiles) {
        return new TranscodeOptions(
                profiles.find(profile)
                        .orElseThrow(() -> ProblemType.INVALID_REQUEST
                                .with("profile " + profile + " is not configured any more (xg2g.profiles)")
                                .asException()),
                Priority.valueOf(priority),
                stream,
                Optional.ofNullable(container).map(Container::valueOf),
                true);
    }
}
