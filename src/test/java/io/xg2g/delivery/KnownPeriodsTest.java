package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.delivery.DashPeriod.Span;
import io.xg2g.delivery.KnownPeriods.Listing;
import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.Track;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KnownPeriodsTest {
    private static final int SECOND = 90_000;

    private static final int WINDOW_SECONDS = 60;

    /** Start of the playback, in milliseconds. */
    private static final long START = 9_900;

    private static final DashPeriod BEFORE = period(10, "720p");
    private static final DashPeriod RESTARTED = period(100, "720p");

    private static DashPeriod period(int seconds, String name) {
        Track track = new Track(name, Track.Kind.VIDEO, "avc1.64001f", SECOND, 1280, 720, 25, 3_000_000);
        Epoch epoch = new Epoch(1, (long) seconds * SECOND, List.of(track))
                .append(1, List.of(new Segment((long) seconds * SECOND, 2 * SECOND, 1000, false)));
        return DashPeriod.of(epoch).getFirst();
    }

    private static Listing begin() {
        return KnownPeriods.list(List.of(BEFORE), Optional.empty(), START, 0);
    }

    /** Lists the periods for a player after others, as the Location tells it. */
    private static Listing after(Listing before, int now, DashPeriod... periods) {
        Optional<KnownPeriods> known = KnownPeriods.parse(before.known().toString());
        assertThat(known).contains(before.known());
        return KnownPeriods.list(List.of(periods), known, START, (now - WINDOW_SECONDS) * 1000L);
    }

    private static List<Long> seconds(Listing listing) {
        return listing.periods().stream().map(period -> period.start() / 1000).toList();
    }

    @Test
    void afterARestartTheFormerPeriodIsListedForAsLongAsItCanBePlayed() {
        Listing restarted = after(begin(), 104, RESTARTED);

        assertThat(seconds(restarted)).containsExactly(10L, 100L);
        assertThat(restarted.periods().getFirst().spans(0).spans())
                .containsExactly(new Span(10L * SECOND, SECOND / 10));
        assertThat(restarted.periods().getLast()).isEqualTo(RESTARTED);
        Listing update = after(restarted, 159, RESTARTED, period(140, "480p"));
        assertThat(seconds(update)).containsExactly(10L, 100L, 140L);
        assertThat(seconds(after(update, 161, RESTARTED, period(140, "480p")))).containsExactly(100L, 140L);
    }

    @Test
    void afterASecondRestartItIsTheLatest() {
        Listing twice = after(after(begin(), 104, RESTARTED), 120, period(118, "720p"));

        assertThat(seconds(twice)).containsExactly(100L, 118L);
    }

    @Test
    void aPeriodOfOtherTracksIsNotListed() {
        assertThat(seconds(after(begin(), 104, period(100, "480p")))).containsExactly(100L);
    }

    @Test
    void afterASecondRestartWithOtherTracksNoneIsListed() {
        Listing other = after(after(begin(), 104, RESTARTED), 120, period(118, "480p"));

        assertThat(seconds(other)).containsExactly(118L);
    }

    @Test
    void aPeriodFromBeforeThePlaybackIsNotListed() {
        for (String text : List.of("1-0-5", "5-" + Integer.toHexString(RESTARTED.tracksHash()), "100000-0-9899")) {
            Listing listing = KnownPeriods.list(List.of(RESTARTED), KnownPeriods.parse(text), START, 50_000);

            assertThat(seconds(listing)).as(text).containsExactly(100L);
        }
    }

    @Test
    void withoutARestartNothingIsAdded() {
        Listing both = after(begin(), 104, BEFORE, RESTARTED);
        assertThat(seconds(both)).containsExactly(10L, 100L);
        assertThat(seconds(after(both, 150, RESTARTED))).containsExactly(100L);
        assertThat(seconds(after(begin(), 200, RESTARTED))).containsExactly(100L);
    }

    @Test
    void anythingElseIsMalformed() {
        for (String text : List.of("", "1", "1-", "-1-a", "1-g", "1-a-", "1-a-2-3", "1-A", "1234567890123456-a")) {
            assertThat(KnownPeriods.parse(text)).as(text).isEmpty();
        }
    }
}
