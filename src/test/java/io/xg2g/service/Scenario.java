package io.xg2g.service;

import io.xg2g.service.MatrixPlayer.Protocol;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What happens while a player plays, and whether it plays on. */
enum Scenario {
    START("start"),
    WATCH("60 s"),
    PAUSE("pause 60 s"),
    SEEK_BACK("seek back"),
    SOURCE_AWAY("source away 10 s"),
    RESTART("restart"),
    RESTART_KEPT_SOCKET("restart with kept socket"),
    EPOCHS("ten epochs"),
    AUDIO("two audio tracks");

    /** Longest time for which a picture may stand while nothing is disturbed. */
    private static final double STILL = 2;

    /** The same after a disturbance, and while the source changes. */
    private static final double STILL_AT_CHANGE = 4;

    /** Time in which the picture has to return, in seconds. */
    static final double RETURN = 20;

    /** Seconds by which a viewer goes back. */
    static final int BACK = 20;

    /** Least seconds by which a player is further back then: it may choose a keyframe or a segment. */
    private static final int LEAST_BACK = 5;

    /** Time for all steps back, in seconds. */
    private static final double STEPS = 3;

    private static final double NANOS = 1e9;

    private final String title;

    Scenario(String title) {
        this.title = title;
    }

    /**
     * Times of an observation, of {@link System#nanoTime}.
     *
     * @param disturbed when what happens began
     * @param over when it was over
     * @param ended end of the observation
     * @param before number of the picture that the source had when it began
     * @param number number of the picture that the source had when it was over
     */
    record Times(long disturbed, long over, long ended, int before, int number) {
        Times endingAt(long nanos) {
            return new Times(disturbed, over, nanos, before, number);
        }

        /** Returns by how many seconds a player was behind the source when it began. */
        double behind(PictureLog log) {
            return log.between(disturbed, disturbed).stream()
                    .filter(shown -> shown.number() >= 0)
                    .mapToDouble(shown -> (double) PictureCounter.ahead(shown.number(), before) / PictureCounter.RATE)
                    .findFirst()
                    .orElse(0);
        }

        /** Returns after how many seconds more than it was behind a player shows what the source had when it was over. */
        OptionalDouble returned(PictureLog log) {
            OptionalDouble reached = log.reached(disturbed, number);
            return reached.isEmpty()
                    ? reached
                    : OptionalDouble.of(reached.getAsDouble() - (over - disturbed) / NANOS - behind(log));
        }
    }

    String title() {
        return title;
    }

    /** A continuous stream has no past, and ends with its connection. */
    boolean appliesTo(Protocol protocol) {
        return protocol != Protocol.TS || (this != SEEK_BACK && this != RESTART && this != RESTART_KEPT_SOCKET);
    }

    /** Returns {@code plays}, or what was wrong. */
    String judge(PictureLog log, Times times) {
        List<String> faults = switch (this) {
            case START -> List.of();
            case WATCH -> watched(log, times);
            case PAUSE -> paused(log, times);
            case SEEK_BACK -> soughtBack(log, times);
            case SOURCE_AWAY, RESTART, RESTART_KEPT_SOCKET, EPOCHS -> returned(log, times);
            case AUDIO -> log.faults(times.disturbed(), times.ended(), STILL_AT_CHANGE);
        };
        return faults.isEmpty() ? "plays" : String.join(", ", faults);
    }

    private static List<String> watched(PictureLog log, Times times) {
        List<String> faults = log.faults(times.disturbed(), times.ended(), STILL);
        double seconds = (times.ended() - times.disturbed()) / NANOS;
        double advanced = log.advanced(times.disturbed(), times.ended());
        return faults.isEmpty() && Math.abs(seconds - advanced) > seconds / 20
                ? List.of(text("plays %.0f s in %.0f s", advanced, seconds))
                : faults;
    }

    private static List<String> paused(PictureLog log, Times times) {
        if (log.advanced(times.disturbed() + (long) NANOS, times.over()) > 1) {
            return List.of("does not pause");
        }
        double first = log.firstAfter(times.over()).orElse(Double.MAX_VALUE);
        return first > RETURN
                ? List.of("stands still after the pause")
                : log.faults(times.over() + (long) (first * NANOS), times.ended(), STILL_AT_CHANGE);
    }

    /** Returns the first picture that is further back than what was shown when it began. */
    static Optional<PictureLog.Shown> firstBack(PictureLog log, Times times) {
        int from = numberAt(log, times.disturbed());
        return log.between(times.disturbed(), times.ended()).stream()
                .filter(shown -> shown.number() >= 0
                        && PictureCounter.ahead(shown.number(), from) >= LEAST_BACK * PictureCounter.RATE)
                .findFirst();
    }

    private static int numberAt(PictureLog log, long nanos) {
        return log.between(nanos, nanos).stream()
                .mapToInt(PictureLog.Shown::number)
                .findFirst()
                .orElse(0);
    }

    private static List<String> soughtBack(PictureLog log, Times times) {
        int from = numberAt(log, times.disturbed());
        Optional<PictureLog.Shown> first = firstBack(log, times);
        if (first.isEmpty()) {
            return List.of("does not go back");
        }
        // Some players go back in steps.
        long begin = first.get().nanos();
        long oldest = log.between(begin, begin + (long) (STEPS * NANOS)).stream()
                .filter(shown -> shown.number() >= 0 && shown.nanos() >= begin)
                .max(Comparator.comparingInt(shown -> PictureCounter.ahead(shown.number(), from)))
                .map(PictureLog.Shown::nanos)
                .orElse(begin);
        return log.faults(oldest, times.ended(), STILL_AT_CHANGE);
    }

    private List<String> returned(PictureLog log, Times times) {
        OptionalDouble returned = times.returned(log);
        if (returned.isEmpty()) {
            return List.of("no picture any more");
        }
        if (returned.getAsDouble() > RETURN) {
            return List.of(text("the picture returns after %.0f s", returned.getAsDouble()));
        }
        double reached = log.reached(times.disturbed(), times.number()).orElseThrow();
        long from = times.disturbed() + (this == EPOCHS ? 0 : (long) (reached * NANOS));
        return log.faults(from, times.ended(), STILL_AT_CHANGE);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
