package io.xg2g.telemetry;

import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** Query parameters of a telemetry request, as sent. */
public class TelemetryQuery {
    private static final int DEFAULT_LIMIT = 1000;
    private static final int MAX_LIMIT = 10_000;
    private static final Duration MAX_STEP = Duration.ofDays(366);
    private static final Pattern STEP = Pattern.compile("([1-9]\\d{0,8})(ms|s|m|h|d)?");

    @QueryParam("start_time")
    @Parameter(
            description = "start of the time range, inclusive, RFC 3339; default: the oldest stored point",
            schema = @Schema(type = SchemaType.STRING, format = "date-time"))
    @Nullable
    String startTime;

    @QueryParam("end_time")
    @Parameter(
            description = "end of the time range, exclusive, RFC 3339; default: after the latest point",
            schema = @Schema(type = SchemaType.STRING, format = "date-time"))
    @Nullable
    String endTime;

    @QueryParam("metric")
    @Parameter(description = "metric to return; may be repeated; default: all", example = "encoder_utilization_percent")
    @Nullable
    List<String> metric;

    @QueryParam("origin")
    @Parameter(description = "live or replay; default: both")
    @Nullable
    String origin;

    @QueryParam("step")
    @Parameter(
            description = "aggregates the points between two multiples of this duration to min, mean, max and count:"
                    + " seconds, or a number with ms, s, m, h or d",
            example = "5m")
    @Nullable
    String step;

    @QueryParam("limit")
    @Parameter(description = "points per page, 1 to 10000; default: 1000", example = "1000")
    @Nullable
    String limit;

    @QueryParam("cursor")
    @Parameter(description = "start of the page, from next of the previous page")
    @Nullable
    String cursor;

    /**
     * Returns the selection of a GPU's points.
     *
     * @throws ProblemException if a parameter is not allowed
     */
    Selection selection(String gpu) {
        Instant from = startTime == null ? Instant.MIN : time("start_time", startTime);
        Instant to = endTime == null ? Instant.MAX : time("end_time", endTime);
        if (to.isBefore(from)) {
            throw invalid("end_time is before start_time");
        }
        return new Selection(
                gpu,
                metric == null ? Set.of() : Set.copyOf(metric),
                origin == null ? null : origin(origin),
                PointTime.nanos(from),
                PointTime.nanos(to),
                step == null ? 0 : step(step).toNanos());
    }

    /**
     * Returns the page size.
     *
     * @throws ProblemException if the parameter is not allowed
     */
    int limit() {
        if (limit == null) {
            return DEFAULT_LIMIT;
        }
        if (!limit.matches("[1-9]\\d{0,4}") || Integer.parseInt(limit) > MAX_LIMIT) {
            throw invalid("limit is not a number of points; allowed: 1 to " + MAX_LIMIT);
        }
        return Integer.parseInt(limit);
    }

    /** Returns whether a parameter of paging was sent. */
    boolean isPaged() {
        return limit != null || cursor != null;
    }

    /**
     * Returns the last row of the page before, or {@code null} for the first page.
     *
     * @throws ProblemException if the cursor is not valid
     */
    Selection.@Nullable Position position(String gpu) {
        return cursor == null ? null : Cursor.read(cursor, gpu);
    }

    private static Instant time(String name, String text) {
        try {
            // An unescaped plus sign is decoded to a space.
            return OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
        } catch (DateTimeException malformed) {
            throw invalid(name + " is not an RFC 3339 time, for instance 2026-01-31T12:00:00Z");
        }
    }

    private static Origin origin(String text) {
        return Arrays.stream(Origin.values())
                .filter(known -> known.label().equals(text))
                .findFirst()
                .orElseThrow(() -> invalid("origin is not known; allowed: "
                        + Arrays.stream(Origin.values()).map(Origin::label).collect(Collectors.joining(", "))));
    }

    private static Duration step(String text) {
        Matcher matcher = STEP.matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            String unit = matcher.group(2) == null ? "s" : matcher.group(2);
            Duration duration = switch (unit) {
                case "ms" -> Duration.ofMillis(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                case "d" -> Duration.ofDays(number);
                default -> Duration.ofSeconds(number);
            };
            if (duration.compareTo(MAX_STEP) <= 0) {
                return duration;
            }
        }
        throw invalid("step is not a duration; allowed: 1ms to 366d, for instance 30s or 5m");
    }

    static ProblemException invalid(String detail) {
        return ProblemType.INVALID_REQUEST.with(detail).asException();
    }
}
