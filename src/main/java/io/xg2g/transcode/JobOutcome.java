package io.xg2g.transcode;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemType;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * State of a job as it is stored: the file {@code state.json} of its directory, which a job does not have before its first attempt
 * has ended.
 *
 * @param state {@link JobState#label}
 * @param attempts number of attempts that have failed
 * @param at time of the change, milliseconds since 1970
 * @param problem reason of the latest failed attempt, or {@code null}
 * @param result renditions of a completed job, or {@code null}
 * @param upload state of their upload, or {@code null}
 */
@RegisterForReflection
record JobOutcome(
        String state,
        int attempts,
        long at,
        @Nullable StoredProblem problem,
        @Nullable StoredResult result,
        @Nullable StoredUpload upload) {

    /** Creates a state without an upload. */
    JobOutcome(String state, int attempts, long at, @Nullable StoredProblem problem, @Nullable StoredResult result) {
        this(state, attempts, at, problem, result, null);
    }

    /** Problem by its stable code. */
    @RegisterForReflection
    record StoredProblem(String code, String detail) {
        static StoredProblem of(Problem problem) {
            return new StoredProblem(problem.type().code(), problem.detail());
        }

        Problem problem() {
            return Arrays.stream(ProblemType.values())
                    .filter(type -> type.code().equals(code))
                    .findFirst()
                    .orElse(ProblemType.TRANSCODE_FAILED)
                    .with(detail);
        }
    }

    /** Result with times in milliseconds. */
    @RegisterForReflection
    record StoredResult(
            String encoder, String device, long waitedMillis, long ranMillis, List<StoredRendition> renditions) {

        static StoredResult of(TranscodeResult.Completed result) {
            return new StoredResult(
                    result.encoder(),
                    result.device(),
                    result.waited().toMillis(),
                    result.ran().toMillis(),
                    result.renditions().stream().map(StoredRendition::of).toList());
        }

        TranscodeResult.Completed result(Path directory) {
            return new TranscodeResult.Completed(
                    renditions.stream()
                            .map(rendition -> rendition.rendition(directory))
                            .toList(),
                    encoder,
                    device,
                    Duration.ofMillis(waitedMillis),
                    Duration.ofMillis(ranMillis));
        }
    }

    /** Rendition by the name of its file in the directory of the renditions. */
    @RegisterForReflection
    record StoredRendition(
            String name, String file, String contentType, long bytes, int width, int height, long durationMillis) {

        static StoredRendition of(Rendition rendition) {
            return new StoredRendition(
                    rendition.name(),
                    Objects.requireNonNull(rendition.file().getFileName()).toString(),
                    rendition.contentType(),
                    rendition.bytes(),
                    rendition.width(),
                    rendition.height(),
                    rendition.duration().toMillis());
        }

        Rendition rendition(Path directory) {
            return new Rendition(
                    name,
                    directory.resolve(file),
                    contentType,
                    bytes,
                    width,
                    height,
                    Duration.ofMillis(durationMillis));
        }
    }

    /**
     * State of an upload.
     *
     * @param state {@link ResultUpload#label}
     * @param at milliseconds since 1970; 0 before the end
     * @param text URL or reason of the failure; empty before the end
     */
    @RegisterForReflection
    record StoredUpload(String state, long at, String text) {
        static StoredUpload of(ResultUpload upload) {
            return switch (upload) {
                case ResultUpload.Waiting _ -> new StoredUpload(upload.label(), 0, "");
                case ResultUpload.Uploaded(String url, Instant at) ->
                    new StoredUpload(upload.label(), at.toEpochMilli(), url);
                case ResultUpload.Failed(String reason, Instant at) ->
                    new StoredUpload(upload.label(), at.toEpochMilli(), reason);
            };
        }

        ResultUpload upload() {
            return switch (state) {
                case ResultUpload.Uploaded.LABEL -> new ResultUpload.Uploaded(text, Instant.ofEpochMilli(at));
                case ResultUpload.Failed.LABEL -> new ResultUpload.Failed(text, Instant.ofEpochMilli(at));
                default -> new ResultUpload.Waiting();
            };
        }
    }

    static JobOutcome of(JobState state, int attempts, Instant now) {
        return switch (state) {
            case JobState.Queued queued ->
                new JobOutcome(state.label(), attempts, now.toEpochMilli(), stored(queued.problem()), null);
            case JobState.Running _ ->
                new JobOutcome(new JobState.Queued(null).label(), attempts, now.toEpochMilli(), null, null);
            case JobState.Completed done ->
                new JobOutcome(
                        state.label(),
                        attempts,
                        done.at().toEpochMilli(),
                        null,
                        StoredResult.of(done.result()),
                        done.upload() == null ? null : StoredUpload.of(done.upload()));
            case JobState.Failed failed ->
                new JobOutcome(state.label(), attempts, failed.at().toEpochMilli(), stored(failed.problem()), null);
            case JobState.Dead dead ->
                new JobOutcome(state.label(), attempts, dead.at().toEpochMilli(), stored(dead.problem()), null);
            case JobState.Cancelled cancelled ->
                new JobOutcome(state.label(), attempts, cancelled.at().toEpochMilli(), null, null);
        };
    }

    private static @Nullable StoredProblem stored(@Nullable Problem problem) {
        return problem == null ? null : StoredProblem.of(problem);
    }

    /**
     * Returns the state.
     *
     * @param renditions directory of the renditions
     */
    JobState state(Path renditions) {
        Instant time = Instant.ofEpochMilli(at);
        Problem reason =
                Optional.ofNullable(problem).map(StoredProblem::problem).orElse(null);
        Problem known = reason == null ? ProblemType.TRANSCODE_FAILED.with("the reason was not stored") : reason;
        return switch (state) {
            case "completed" ->
                new JobState.Completed(
                        Objects.requireNonNull(result).result(renditions),
                        time,
                        upload == null ? null : upload.upload());
            case "failed" -> new JobState.Failed(known, time);
            case "dead" -> new JobState.Dead(known, time);
            case "cancelled" -> new JobState.Cancelled(time);
            default -> new JobState.Queued(reason);
        };
    }
}
