package io.xg2g.transcode;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.xg2g.dispatch.QueuePosition;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemDetails;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Representation of an asynchronous request in the API. Members without a value are omitted.
 *
 * @param state {@code queued}, {@code running}, {@code completed}, {@code failed}, {@code dead} or {@code cancelled}
 * @param level level of the queue: {@code preview}, {@code normal} or {@code active}
 * @param queuePosition number of starts until its own, from 1, once it is before the slots
 * @param failedAttempts number of attempts that have failed
 * @param progressPercent 0 to 100
 * @param expiresAt latest time at which the result is removed
 * @param upload upload of the renditions, if it was requested, once they are there
 * @param problem why it has failed, or why its latest attempt has
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Transcode", description = "An asynchronous transcode")
public record JobView(
        @Schema(examples = "0198c2a4-6c1e-7d0a-b1b6-2f0a7d1f9d53")
        String id,

        @Schema(examples = "running") String state,
        @Schema(examples = "abr") String profile,
        Instant createdAt,
        @Schema(examples = "normal") @Nullable String level,
        @Schema(examples = "3") @Nullable Integer queuePosition,
        @Schema(examples = "42.5") @Nullable Double progressPercent,
        @Schema(examples = "software") @Nullable String device,
        @Schema(examples = "libx264") @Nullable String encoder,
        @Schema(examples = "1") @Nullable Integer failedAttempts,
        @Nullable Double waitSeconds,
        @Nullable Double runSeconds,
        @Nullable Instant finishedAt,
        @Nullable Instant expiresAt,
        @Nullable List<RenditionView> renditions,
        @Nullable UploadView upload,
        @Nullable ProblemDetails problem) {

    /**
     * Upload of the renditions.
     *
     * @param state {@code uploading}, {@code uploaded} or {@code failed}
     * @param finishedAt when it was uploaded, or given up
     * @param reason why it was given up
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "TranscodeUpload", description = "Upload of the renditions of a transcode")
    public record UploadView(
            @Schema(examples = "uploaded") String state,
            @Nullable Instant finishedAt,
            @Nullable String reason) {
        static UploadView of(ResultUpload upload) {
            return switch (upload) {
                case ResultUpload.Waiting _ -> new UploadView(upload.label(), null, null);
                case ResultUpload.Uploaded uploaded -> new UploadView(upload.label(), uploaded.at(), null);
                case ResultUpload.Failed failed -> new UploadView(upload.label(), failed.at(), failed.reason());
            };
        }
    }

    /**
     * A rendition that can be downloaded.
     *
     * @param uploadUrl where it lies on the upload target, once all are uploaded
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "Rendition")
    public record RenditionView(
            @Schema(examples = "720p") String name,

            @Schema(examples = "/api/v1/transcodes/0198c2a4-6c1e-7d0a-b1b6-2f0a7d1f9d53/renditions/720p")
            String url,

            @Schema(examples = "video/mp4") String contentType,
            long bytes,
            int width,
            int height,
            double durationSeconds,

            @Schema(examples = "https://cdn.example.org/vod/news/720p.mp4") @Nullable
            String uploadUrl) {}

    /**
     * Returns the view of a job.
     *
     * @param link makes the URL of a path of the service
     */
    static JobView of(
            TranscodeJob job,
            JobState state,
            Optional<QueuePosition> position,
            TranscodeJobs jobs,
            UnaryOperator<String> link) {
        JobState.Ended ended = state instanceof JobState.Ended over ? over : null;
        JobState.Completed completed = state instanceof JobState.Completed done ? done : null;
        TranscodeResult.Completed result = completed == null ? null : completed.result();
        return new JobView(
                job.id,
                state.label(),
                job.request.profile(),
                job.request.createdAt(),
                ended == null ? level(job, position) : null,
                position.map(QueuePosition::position).orElse(null),
                percent(state),
                device(state),
                result == null ? null : result.encoder(),
                job.attempts() == 0 ? null : job.attempts(),
                result == null ? null : seconds(result.waited()),
                result == null ? null : seconds(result.ran()),
                ended == null ? null : ended.at(),
                ended == null ? null : jobs.expiry(ended),
                completed == null ? null : renditions(job, completed, link),
                completed == null || completed.upload() == null ? null : UploadView.of(completed.upload()),
                problem(state));
    }

    private static @Nullable ProblemDetails problem(JobState state) {
        Problem problem = switch (state) {
            case JobState.Failed failed -> failed.problem();
            case JobState.Dead dead -> dead.problem();
            case JobState.Queued queued -> queued.problem();
            case JobState.Running _, JobState.Completed _, JobState.Cancelled _ -> null;
        };
        return problem == null ? null : ProblemDetails.of(problem);
    }

    private static String level(TranscodeJob job, Optional<QueuePosition> position) {
        return position.map(QueuePosition::level)
                .orElseGet(job.request::levelAsPriority)
                .name()
                .toLowerCase(Locale.ROOT);
    }

    private static List<RenditionView> renditions(
            TranscodeJob job, JobState.Completed completed, UnaryOperator<String> link) {
        return completed.result().renditions().stream()
                .map(rendition -> new RenditionView(
                        rendition.name(),
                        link.apply(TranscodeResource.PATH + "/" + job.id + "/renditions/" + rendition.name()),
                        rendition.contentType(),
                        rendition.bytes(),
                        rendition.width(),
                        rendition.height(),
                        seconds(rendition.duration()),
                        completed.upload() instanceof ResultUpload.Uploaded uploaded
                                ? uploaded.url() + rendition.file().getFileName()
                                : null))
                .toList();
    }

    private static @Nullable Double percent(JobState state) {
        return switch (state) {
            case JobState.Running running -> Math.round(running.share() * 1000) / 10.0;
            case JobState.Completed _ -> 100.0;
            case JobState.Queued _, JobState.Failed _, JobState.Dead _, JobState.Cancelled _ -> null;
        };
    }

    private static @Nullable String device(JobState state) {
        return switch (state) {
            case JobState.Running running -> running.device();
            case JobState.Completed completed -> completed.result().device();
            case JobState.Queued _, JobState.Failed _, JobState.Dead _, JobState.Cancelled _ -> null;
        };
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
