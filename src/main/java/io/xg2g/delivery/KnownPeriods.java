package io.xg2g.delivery;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Periods that a player has, in the query of its updates. After a restart of the program, or on another gateway, the period that
 * it plays is not known, and dash.js does not leave a period that an update does not have. It is listed before the others,
 * without available segments, for as long as a player can play it.
 *
 * @param newest start of the newest period, in milliseconds since 1970
 * @param tracks hash of its tracks
 * @param ended start of the ended period that is listed, in milliseconds since 1970
 */
record KnownPeriods(long newest, int tracks, Optional<Long> ended) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,15})-([0-9a-f]{1,8})(?:-(\\d{1,15}))?");

    private static final int HEXADECIMAL = 16;

    /** Periods as they are listed for a player, and what it knows with them. */
    record Listing(List<DashPeriod> periods, KnownPeriods known) {}

    /** Parses {@link #toString}; empty if the text is malformed. */
    static Optional<KnownPeriods> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches()
                ? Optional.of(new KnownPeriods(
                        Long.parseLong(parts.group(1)),
                        Integer.parseUnsignedInt(parts.group(2), HEXADECIMAL),
                        Optional.ofNullable(parts.group(3)).map(Long::parseLong)))
                : Optional.empty();
    }

    /**
     * Returns how periods are listed for a player.
     *
     * @param periods of the timeline, oldest first, at least one
     * @param known what the player has; empty for a new playback
     * @param start of the playback, in milliseconds since 1970
     * @param since earliest time that players can play, in milliseconds since 1970
     */
    static Listing list(List<DashPeriod> periods, Optional<KnownPeriods> known, long start, long since) {
        DashPeriod oldest = periods.getFirst();
        DashPeriod newest = periods.getLast();
        Optional<Long> ended = known.filter(_ -> oldest.start() > since)
                .flatMap(before -> before.endedBefore(periods))
                .filter(at -> at >= start && at < oldest.start());
        List<DashPeriod> listed = ended.isEmpty()
                ? periods
                : Stream.concat(Stream.of(oldest.endedFrom(ended.get())), periods.stream())
                        .toList();
        return new Listing(listed, new KnownPeriods(newest.start(), newest.tracksHash(), ended));
    }

    private Optional<Long> endedBefore(List<DashPeriod> periods) {
        if (periods.stream().anyMatch(period -> period.start() == newest)) {
            return ended;
        }
        return tracks == periods.getFirst().tracksHash() ? Optional.of(newest) : Optional.empty();
    }

    @Override
    public String toString() {
        String text = newest + "-" + Integer.toHexString(tracks);
        return ended.map(at -> text + "-" + at).orElse(text);
    }
}
