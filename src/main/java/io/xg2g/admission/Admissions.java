package io.xg2g.admission;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Decides what may begin. An admission takes one token from its client's budget, its mode's and the common one, or none at
 * all. What belongs to an admitted playback, and what costs nothing, has wider budgets of its own. Thread-safe.
 */
final class Admissions {
    /** A playback of which nothing was fetched for this long is over. */
    private static final long OVER = Duration.ofMinutes(1).toNanos();

    /** How many clients and playbacks are remembered. Whoever was forgotten begins anew. */
    private static final int REMEMBERED = 20_000;

    private final RateLimits limits;
    private final LongSupplier nanos;
    private final RateBucket global;
    private final Map<Kind, RateBucket> modes = new EnumMap<>(Kind.class);
    private final RecentlyUsed<String, RateBucket> clients = new RecentlyUsed<>(REMEMBERED);
    private final RecentlyUsed<String, RateBucket> looks = new RecentlyUsed<>(REMEMBERED);
    private final RecentlyUsed<Viewing, Playback> playbacks = new RecentlyUsed<>(REMEMBERED);

    /** Who watches what. */
    private record Viewing(String client, RequestClass.Play what) {}

    /** What is being watched. */
    private static final class Playback {
        private final RateBucket meter;
        private volatile long lastSeen;

        Playback(RateBucket meter, long now) {
            this.meter = meter;
            this.lastSeen = now;
        }
    }

    Admissions(RateLimits limits, LongSupplier nanos) {
        this.limits = limits;
        this.nanos = nanos;
        this.global = new RateBucket(limits.global(), nanos);
        limits.modes().forEach((mode, rate) -> modes.put(mode, new RateBucket(rate, nanos)));
    }

    Verdict decide(String client, RequestClass demand) {
        return switch (demand) {
            case RequestClass.Work(Kind kind) -> admit(client, kind);
            case RequestClass.Play play -> play(client, play);
            case RequestClass.Look _ -> spend(looks.getOrMake(client, _ -> playbackMeter()), Kind.API);
        };
    }

    private Verdict play(String client, RequestClass.Play play) {
        Viewing viewing = new Viewing(client, play);
        long now = nanos.getAsLong();
        Playback playback = playbacks.get(viewing);
        if (playback != null && now - playback.lastSeen < OVER) {
            playback.lastSeen = now;
            return spend(playback.meter, play.mode());
        }
        Verdict verdict = admit(client, play.mode());
        if (verdict instanceof Verdict.Admitted) {
            playbacks.put(viewing, new Playback(playbackMeter(), now));
        }
        return verdict;
    }

    /** What was admitted was not there: the next request for it is a new one. */
    void forget(String client, RequestClass.Play play) {
        playbacks.remove(new Viewing(client, play));
    }

    private Verdict admit(String client, Kind kind) {
        RateBucket own = clients.getOrMake(client, _ -> new RateBucket(limits.client(), nanos));
        if (!own.take()) {
            return refused(Scope.CLIENT, own, kind);
        }
        RateBucket mode = modes.get(kind);
        if (mode != null && !mode.take()) {
            own.giveBack();
            return refused(Scope.MODE, mode, kind);
        }
        if (!global.take()) {
            own.giveBack();
            if (mode != null) {
                mode.giveBack();
            }
            return refused(Scope.GLOBAL, global, kind);
        }
        return new Verdict.Admitted(own.quota(Scope.CLIENT));
    }

    private static Verdict spend(RateBucket meter, Kind kind) {
        return meter.take() ? Verdict.KNOWN : refused(Scope.PLAYBACK, meter, kind);
    }

    private static Verdict refused(Scope scope, RateBucket meter, Kind kind) {
        return new Verdict.Refused(scope, kind, meter.quota(scope), meter.turn());
    }

    private RateBucket playbackMeter() {
        return new RateBucket(limits.playback(), nanos);
    }
}
