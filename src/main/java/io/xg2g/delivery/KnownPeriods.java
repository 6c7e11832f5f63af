package io.xg2g.delivery;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
record KnownPeriods(long newest, int tracks, OptionalLong ended) {
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
                        parts.group(3) == null
                                ? OptionalLong.empty()
                                : OptionalLong.of(Long.parseLong(parts.group(3)))))
                : Optional.empty();
    }

    /**
     * Returns how periods are listed for a player.
     *
     * @param periods of the timeline, oldest first, at least one
     * @param known what the player has; empty for a new playback
     * @param since earliest time that players can play, in milliseconds since 1970
     */
    static Listing list(List<DashPeriod> periods, Optional<KnownPeriods> known, long since) {
        DashPeriod oldest = periods.getFirst();
        DashPeriod newest = periods.getLast();
        OptionalLong ended = known.filter(_ -> oldest.start() > since)
                .map(before -> before.endedBefore(periods))
                .orElse(OptionalLong.empty());
        List<DashPeriod> listed = ended.isEmpty()
                ? periods
                : Stream.concat(Stream.of(oldest.endedFrom(ended.getAsLong())), periods.stream())
                        .toList();
        return new Listing(listed, new KnownPeriods(newest.start(), newest.tracksHash(), ended));
    }

    private OptionalLong endedBefore(List<DashPeriod> periods) {
        DashPeriod oldest = periods.getFirst();
        boolean isListed = periods.stream().anyMatch(period -> period.start() == newest);
        if (!isListed && newest < oldest.start() && tracks == oldest.tracksHash()) {
            return OptionalLong.of(newest);
        }
        return ended.isPresent() && ended.getAsLong() < oldest.start() ? ended : OptionalLong.empty();
    }

    @Override
    public String toString() {
        String text = newest + "-" + Integer.toHexString(tracks);
        return ended.isPresent() ? text + "-" + ended.getAsLong() : text;
    }
}
