package io.xg2g.transcode;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Page of asynchronous transcodes, the newest first.
 *
 * @param next URL of the next page; absent on the last one
 * @param missingMembers gateways of the cluster whose jobs are missing, since they do not answer; absent if there are none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Transcodes")
public record JobPage(
        List<JobView> transcodes,
        @Nullable String next,

        @Schema(examples = "[\"gateway-1\"]") @Nullable
        List<String> missingMembers) {

    private static final Comparator<JobView> NEWEST_FIRST =
            Comparator.comparing(JobView::createdAt).thenComparing(JobView::id).reversed();


    /**
     * Which jobs are listed.
     *
     * @param state label of a state, or {@code null} for all
     * @param after job before the first one of the page, or {@code null}
     */
    record Query(
            @Nullable String state, int limit, @Nullable Position after) {
        private static final Set<String> STATES =
                new TreeSet<>(Set.of("queued", "running", "completed", "failed", "dead", "cancelled"));
        private static final int MAX = 1000;
        private static final int USUAL = 100;

        /**
         * Reads the query parameters.
         *
         * @throws ProblemException naming the value and what is allowed
         */
        static Query of(@Nullable String state, @Nullable String limit, @Nullable String cursor) {
            if (state != null && !STATES.contains(state)) {
                throw invalid("state is unknown; allowed: " + String.join(", ", STATES));
            }
            int most = USUAL;
            if (limit != null) {
                most = limit.matches("\\d{1,4}") ? Integer.parseInt(limit) : 0;
                if (most < 1 || most > MAX) {
                    throw invalid("limit is not allowed; allowed: 1 to " + MAX);
                }
            }
            return new Query(state, most, cursor == null ? null : Position.read(cursor));
        }

        /** Returns the page of these jobs, of which the newest comes first. */
        JobPage page(
                List<TranscodeJob> newestFirst, Function<TranscodeJob, JobView> view, UnaryOperator<String> link) {
            List<TranscodeJob> found = new ArrayList<>();
            for (TranscodeJob job : newestFirst) {
                boolean matches = state == null || job.state().label().equals(state);
                if (matches && (after == null || after.isBefore(job))) {
                    found.add(job);
                }
                if (found.size() > limit) {
                    break;
                }
            }
            boolean more = found.size() > limit;
            List<TranscodeJob> shown = more ? found.subList(0, limit) : found;
            return new JobPage(
                    shown.stream().map(view).toList(), more ? next(Position.of(shown.getLast()), link) : null, null);
        }

        /** Joins pages of several gateways for this query. */
        JobPage merged(List<JobPage> pages, List<String> missing, UnaryOperator<String> link) {
            List<JobView> all = pages.stream()
                    .flatMap(page -> page.transcodes().stream())
                    .sorted(NEWEST_FIRST)
                    .toList();
            boolean more = all.size() > limit || pages.stream().anyMatch(page -> page.next() != null);
            List<JobView> shown = all.subList(0, Math.min(limit, all.size()));
            return new JobPage(
                    shown,
                    more ? next(Position.of(shown.getLast()), link) : null,
                    missing.isEmpty() ? null : missing);
        }

        /** Returns the query parameters. */
        String written() {
            return (state == null ? "" : "state=" + state + "&") + "limit=" + limit
                    + (after == null ? "" : "&cursor=" + after.written());
        }

        private String next(Position last, UnaryOperator<String> link) {
            return link.apply(TranscodeResource.PATH) + "?" + new Query(state, limit, last).written();
        }
    }

    /** Position in the list: creation time in milliseconds since 1970, and id. */
    record Position(long created, String id) {
        private static final Pattern TEXT = Pattern.compile("(\\d{1,18}) (\\S{1,100})");

        static Position of(TranscodeJob job) {
            return new Position(job.request.created(), job.id);
        }

        static Position of(JobView job) {
            return new Position(job.createdAt().toEpochMilli(), job.id());
        }

        static Position read(String cursor) {
            try {
                Matcher parts =
                        TEXT.matcher(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII));
                if (parts.matches() && JobId.parse(parts.group(2)).isPresent()) {
                    return new Position(Long.parseLong(parts.group(1)), parts.group(2));
                }
            } catch (IllegalArgumentException malformed) {
                throw invalid();
            }
            throw invalid();
        }

        private static ProblemException invalid() {
            return JobPage.invalid("cursor is not valid; allowed: the cursor of next in the page before");
        }

        String written() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString((created + " " + id).getBytes(StandardCharsets.US_ASCII));
        }

        /** Returns whether a job comes behind this position. */
        boolean isBefore(TranscodeJob job) {
            long its = job.request.created();
            return its != created ? its < created : job.id.compareTo(id) < 0;
        }
    }

    private static ProblemException invalid(String detail) {
        return ProblemType.INVALID_REQUEST.with(detail).asException();
    }
}
