package io.xg2g.cluster;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.dispatch.Priority;
import io.xg2g.dispatch.QueueSnapshot;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * State of the queue, as returned by the API.
 *
 * @param capacity maximum number of waiting requests
 * @param running number of units that run on the devices
 * @param slots number of units that can run at once on the healthy devices
 * @param shares recent share of slot time by level, 0 to 1
 * @param speed seconds of 1080-line video that the devices in use transcode to 720p in one second, measured by the start-up
 *     probe; with a gateway's share of the workers; 0 if unknown
 * @param oldestWaitSeconds wait so far of the request that has waited longest
 * @param expectedWaitSeconds expected wait of a new request
 * @param accepting false during shutdown
 * @param workers slots of the workers; absent outside of a cluster
 * @param member gateway; absent outside of a cluster, and for a whole cluster
 * @param members state of each gateway; absent outside of a cluster
 * @param missingMembers gateways that do not answer; absent if there are none
 */
@Schema(name = "Queue")
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection // Read as JSON from other gateways.
public record QueueView(
        Waiting waiting,
        int capacity,
        int running,
        int slots,
        List<QueueSnapshot.DeviceLoad> devices,
        int activeStreams,
        Shares shares,
        double speed,
        double oldestWaitSeconds,
        double expectedWaitSeconds,
        boolean accepting,
        QueueSnapshot.@Nullable WorkerLoad workers,
        @Schema(examples = "gateway-0") @Nullable String member,
        @Nullable List<QueueView> members,

        @Schema(examples = "[\"gateway-1\"]") @Nullable
        List<String> missingMembers) {

    /** Number of waiting requests by current level. */
    @RegisterForReflection
    public record Waiting(int preview, int normal, int active, int total) {}

    /** Recent share of slot time by level, 0 to 1. */
    @RegisterForReflection
    public record Shares(double preview, double normal, double active) {}

    /**
     * Returns the view of the queue of this program.
     *
     * @param member its name, if it is a gateway
     */
    static QueueView of(QueueSnapshot now, Optional<String> member) {
        return new QueueView(
                new Waiting(
                        now.waiting(Priority.PREVIEW),
                        now.waiting(Priority.NORMAL),
                        now.waiting(Priority.ACTIVE),
                        now.waitingTotal()),
                now.capacity(),
                now.running(),
                now.slots(),
                now.devices(),
                now.activeStreams(),
                new Shares(
                        rounded(now.shares().get(Priority.PREVIEW.level())),
                        rounded(now.shares().get(Priority.NORMAL.level())),
                        rounded(now.shares().get(Priority.ACTIVE.level()))),
                rounded(now.speed()),
                seconds(now.oldestWait()),
                seconds(now.expectedWait()),
                now.accepting(),
                now.workers().orElse(null),
                member.orElse(null),
                null,
                null);
    }

    /**
     * Returns the view of the whole cluster, of which this is the gateway that answers.
     *
     * @param all views of all gateways that have answered
     */
    QueueView together(List<QueueView> all, List<String> missing) {
        return new QueueView(
                new Waiting(
                        sum(all, view -> view.waiting.preview),
                        sum(all, view -> view.waiting.normal),
                        sum(all, view -> view.waiting.active),
                        sum(all, view -> view.waiting.total)),
                sum(all, QueueView::capacity),
                sum(all, QueueView::running),
                sum(all, QueueView::slots),
                all.stream().flatMap(view -> view.devices.stream()).toList(),
                sum(all, QueueView::activeStreams),
                shares,
                rounded(all.stream().mapToDouble(QueueView::speed).sum()),
                longest(all, QueueView::oldestWaitSeconds),
                expectedWaitSeconds,
                accepting,
                workers(all),
                null,
                all.stream()
                        .sorted(Comparator.comparing(view -> Objects.requireNonNullElse(view.member, "")))
                        .toList(),
                missing.isEmpty() ? null : missing);
    }

    /** Each gateway knows the slots of all workers, and which of its own units they run. */
    private static QueueSnapshot.@Nullable WorkerLoad workers(List<QueueView> all) {
        List<QueueSnapshot.WorkerLoad> known =
                all.stream().flatMap(view -> Optional.ofNullable(view.workers).stream()).toList();
        return known.isEmpty()
                ? null
                : new QueueSnapshot.WorkerLoad(
                        known.stream()
                                .mapToInt(QueueSnapshot.WorkerLoad::slots)
                                .max()
                                .getAsInt(),
                        known.stream()
                                .mapToInt(QueueSnapshot.WorkerLoad::running)
                                .sum());
    }

    private static int sum(List<QueueView> all, ToIntFunction<QueueView> value) {
        return all.stream().mapToInt(value).sum();
    }

    private static double longest(List<QueueView> all, ToDoubleFunction<QueueView> value) {
        return all.stream().mapToDouble(value).max().orElse(0);
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
