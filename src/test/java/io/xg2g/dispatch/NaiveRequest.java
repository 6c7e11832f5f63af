package io.xg2g.dispatch;

import io.xg2g.dispatch.TranscodeRequest.DueTime;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Request in the naive model. */
final class NaiveRequest {
    final String id;
    final String client;
    final @Nullable String stream;
    final Priority asked;
    final long submitted;
    final int number;
    /** Its playing time in nanoseconds; 0 if unknown. */
    final long media;

    /** Its due time; {@link Long#MAX_VALUE} if there is none. */
    final long dueAt;

    final boolean opening;
    final long waitLimit;
    final Set<NaiveDispatcher.Machine> tried = new HashSet<>();
    int level;
    /** Time of arrival at its level; earlier ones are served first. */
    int joined;
    /** Whether it was started, failed by its device, and waits again. */
    boolean returned;

    boolean unwanted;
    boolean silent;

    /** Where it runs, if on a device. */
    NaiveDispatcher.@Nullable Machine machine;

    /** The worker that runs it, if any. */
    @Nullable
    String worker;

    /** The workers that lost it. */
    final Set<String> lostBy = new HashSet<>();

    int lost;

    /** Creates the equivalent request; {@code clock} is the reference of its due times. */
    NaiveRequest(TranscodeRequest request, long clock, long submitted, int number, long waitLimit) {
        DueTime due = request.due();
        this.id = request.id();
        this.client = request.client();
        this.stream = request.stream();
        this.asked = request.priority();
        this.media = request.unit().duration().toNanos();
        this.dueAt = due == null ? Long.MAX_VALUE : due.at() - clock + submitted;
        this.opening = due != null && due.opening();
        this.submitted = submitted;
        this.number = number;
        this.waitLimit = due == null ? waitLimit : Math.min(waitLimit, due.latestStart() - clock);
    }
}
