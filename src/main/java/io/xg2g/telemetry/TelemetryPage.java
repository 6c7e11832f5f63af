package io.xg2g.telemetry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Page of points of one GPU.
 *
 * @param points ordered by time, then by metric
 * @param next URL of the next page; absent on the last page
 */
@RegisterForReflection(targets = {TelemetryPage.class, TelemetryPage.PointView.class}) // No method returns it as such.
@Schema(name = "Telemetry")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TelemetryPage(
        String gpu, List<PointView> points, @Nullable String next) {

    static TelemetryPage of(Selection selection, List<Row> rows, @Nullable String next) {
        boolean steps = selection.step() > 0;
        return new TelemetryPage(
                selection.gpu(),
                rows.stream().map(row -> PointView.of(row, steps)).toList(),
                next);
    }

    /**
     * Point, or aggregate of the points of one step: then it has min, mean, max and count instead of a value, and its time is
     * the start of the step.
     *
     * @param origin live or replay
     */
    @Schema(name = "TelemetryPoint")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PointView(
            Instant time,

            @Schema(examples = "encoder_utilization_percent")
            String metric,

            String host,
            @Schema(examples = "live") String origin,
            @Nullable Double value,
            @Nullable Double min,
            @Nullable Double mean,
            @Nullable Double max,
            @Nullable Integer count) {

        static PointView of(Row row, boolean step) {
            SeriesKey series = row.series();
            Aggregate aggregate = row.aggregate();
            return new PointView(
                    PointTime.instant(aggregate.nanos()),
                    series.metric(),
                    series.host(),
                    series.origin().label(),
                    step ? null : Double.valueOf(aggregate.mean()),
                    step ? Double.valueOf(aggregate.min()) : null,
                    step ? Double.valueOf(aggregate.mean()) : null,
                    step ? Double.valueOf(aggregate.max()) : null,
                    step ? Integer.valueOf(aggregate.count()) : null);
        }
    }
}
