package io.xg2g.output;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Judges whether a Redis server has enough memory for the frames, and the right eviction policy: what the cameras send within the
 * time to live has to fit, since Redis otherwise refuses frames ({@code noeviction}) or deletes whole cameras ({@code allkeys-…}).
 *
 * <p>Used by one thread at a time.
 */
final class RedisMemory {
    /** The policy that deletes the oldest frames first, and nothing that has no time to live. */
    static final String POLICY = "volatile-ttl";

    /** Key, value object, expiry and allocator, for each frame. */
    private static final long OVERHEAD = 256;

    /** A need that differs more than this from the reported one is reported again. */
    private static final double DRIFT = 0.25;

    /**
     * What the server says ({@code INFO memory}).
     *
     * @param limit {@code maxmemory} in bytes; the memory of the machine if none is set
     * @param configured whether {@code maxmemory} is set
     * @param policy {@code maxmemory_policy}
     */
    record Server(OptionalLong limit, boolean configured, String policy) {
        /** Reads the answer. */
        static Server of(String info) {
            long max = number(info, "maxmemory").orElse(0);
            OptionalLong limit = max > 0 ? OptionalLong.of(max) : number(info, "total_system_memory");
            return new Server(limit, max > 0, field(info, "maxmemory_policy").orElse("unknown"));
        }

        /** Returns what an operator sets. */
        @Override
        public String toString() {
            return "maxmemory=" + (configured ? limit.orElse(0) : "none") + ", maxmemory-policy=" + policy;
        }

        private static OptionalLong number(String info, String name) {
            return field(info, name)
                    .filter(text -> text.matches("\\d{1,18}"))
                    .map(text -> OptionalLong.of(Long.parseLong(text)))
                    .orElse(OptionalLong.empty());
        }

        private static Optional<String> field(String info, String name) {
            Matcher matcher = Pattern.compile("(?m)^" + name + ":([^\\r\\n]*)").matcher(info);
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        }
    }

    /**
     * What the cameras sent, measured over a time.
     *
     * @param cameras number of cameras
     * @param frames number of frames
     * @param bytes of them together
     */
    record Load(int cameras, long frames, long bytes, Duration over) {
        /** Returns the memory that Redis needs for what is sent within a time to live, in bytes. */
        long needed(Duration ttl) {
            double seconds = Math.max(over.toNanos(), 1) / 1e9;
            return (long) Math.ceil((bytes + frames * OVERHEAD) / seconds * ttl.toMillis() / 1e3);
        }
    }

    /** Something to log. */
    record Report(boolean warning, String text) {}

    private final Duration ttl;
    private String reportedPolicy = POLICY;
    private long reportedNeed;
    private boolean insufficient;

    RedisMemory(Duration ttl) {
        this.ttl = ttl;
    }

    /** Returns what to log: what is wrong for the first time, and the need when it is first known or has changed by a quarter. */
    List<Report> judge(Server server, Optional<Load> load) {
        List<Report> reports = new ArrayList<>();
        String policy = server.configured() ? server.policy() : "no maxmemory";
        if (!policy.equals(reportedPolicy) && !policy.equals(POLICY)) {
            reports.add(new Report(true, "Redis is not configured for frames: " + server + ", recommended=" + POLICY));
        }
        reportedPolicy = policy;
        load.ifPresent(measured -> {
            long needed = measured.needed(ttl);
            boolean tooSmall =
                    server.limit().isPresent() && needed > server.limit().getAsLong();
            boolean drifted = Math.abs(needed - reportedNeed) > DRIFT * reportedNeed;
            if (drifted || tooSmall != insufficient) {
                reports.add(new Report(tooSmall, text(server, measured, needed, tooSmall)));
                reportedNeed = needed;
                insufficient = tooSmall;
            }
        });
        return reports;
    }

    private String text(Server server, Load load, long needed, boolean tooSmall) {
        return String.format(
                Locale.ROOT,
                "Redis has %s memory for the frames: needed_bytes=%d, limit_bytes=%s, cameras=%d, frames_per_second=%.1f,"
                        + " frame_bytes=%d, ttl_seconds=%d",
                tooSmall ? "too little" : "enough",
                needed,
                server.limit().isPresent() ? Long.toString(server.limit().getAsLong()) : "unknown",
                load.cameras(),
                load.frames() * 1e9 / Math.max(load.over().toNanos(), 1),
                load.bytes() / Math.max(load.frames(), 1),
                ttl.toSeconds());
    }
}
