package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.xg2g.channel.PlaybackPass;
import io.xg2g.delivery.DashParser.Adaptation;
import io.xg2g.delivery.DashParser.Manifest;
import io.xg2g.delivery.DashParser.Media;
import io.xg2g.delivery.DashParser.Period;
import io.xg2g.delivery.DashParser.Representation;
import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import io.xg2g.packaging.Window;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Test of the manifest against its schema (the part in use) and the update rules of ISO/IEC 23009-1. */
class DashManifestTest {
    private static final int WINDOWS = 30;
    /** Start of the first window, in 90 kHz ticks. */
    private static final long START = 1_795_000_000L * 90_000;

    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00.123456Z");

    private static List<Timeline> timelines(long seed) {
        return RandomChannel.run(seed, WINDOWS).stream()
                .filter(DashManifestTest::hasSegments)
                .toList();
    }

    private static boolean hasSegments(Timeline timeline) {
        return timeline.epochs().stream()
                .flatMap(epoch -> epoch.windows().stream())
                .flatMap(window -> window.segments().stream())
                .anyMatch(segment -> !segment.gap());
    }

    /** The manifest of a playback that begins with it. */
    private static Manifest read(Timeline timeline) {
        return DashParser.read(write(timeline, OptionalLong.empty()));
    }

    /** The manifest of a playback with the given start. */
    private static Manifest update(Timeline timeline, long start) {
        return DashParser.read(write(timeline, OptionalLong.of(start)));
    }

    private static String write(Timeline timeline, OptionalLong start) {
        return DashManifest.write(
                timeline,
                NOW,
                Duration.ofSeconds(60),
                PlaybackPass.NONE,
                new DashPlayback(start, Optional.empty(), false));
    }

    @RandomTest(tries = 12)
    void theSegmentsOfAManifestAreThoseOfTheTimeline(RandomInput input) {
        for (Timeline timeline : timelines(input.anyLong())) {
            Map<String, Long> expected = new HashMap<>();
            for (Epoch epoch : timeline.epochs()) {
                for (Window window : epoch.windows()) {
                    for (int i = 0; i < window.segments().size(); i++) {
                        Segment segment = window.segments().get(i);
                        if (!segment.gap()) {
                            expected.put(
                                    epoch.tracks().get(i).name() + "/" + segment.time() + ".m4s " + epoch.start(),
                                    segment.duration());
                        }
                    }
                }
            }
            Map<String, Long> found = new HashMap<>();
            for (Period period : read(timeline).periods()) {
                for (Adaptation set : period.sets()) {
                    for (Representation representation : set.representations()) {
                        String init = representation.init();
                        String epochStart = init.substring(init.indexOf("/init-") + 6, init.indexOf(".mp4"));
                        for (Media media : representation.segments()) {
                            assertThat(found.put(media.uri() + " " + epochStart, media.duration()))
                                    .isNull();
                        }
                    }
                }
            }
            assertThat(found).isEqualTo(expected);
        }
    }

    @RandomTest(tries = 12)
    void aPeriodMapsItsOffsetToItsStart(RandomInput input) {
        for (Timeline timeline : timelines(input.anyLong())) {
            Manifest manifest = read(timeline);
            BigDecimal available = BigDecimal.valueOf(manifest.start(), 3);
            BigDecimal before = BigDecimal.ZERO;
            for (Period period : manifest.periods()) {
                assertThat(period.start())
                        .as("periods begin one after the other")
                        .isGreaterThan(before);
                before = period.start();
                BigDecimal utc = period.start().add(available);
                for (Adaptation set : period.sets()) {
                    assertThat(utc.multiply(BigDecimal.valueOf(set.timescale())))
                            .isEqualByComparingTo(BigDecimal.valueOf(set.offset()));
                    BigDecimal first = BigDecimal.valueOf(set.representations()
                                    .getFirst()
                                    .segments()
                                    .getFirst()
                                    .time())
                            .divide(BigDecimal.valueOf(set.timescale()), 6, RoundingMode.HALF_UP);
                    // Audio starts at a frame boundary.
                    assertThat(first.subtract(utc).doubleValue()).isGreaterThan(-0.03);
                }
            }
        }
    }

    /** GStreamer adds the start of the period to segment times twice, and waits for that time. */
    @RandomTest(tries = 12)
    void theTimesOfANewPlaybackAreSmallAndNotNegative(RandomInput input) {
        for (Timeline timeline : timelines(input.anyLong())) {
            Manifest manifest = read(timeline);
            assertThat(manifest.periods().getFirst().start()).isEqualByComparingTo(new BigDecimal("0.1"));
            for (Period period : manifest.periods()) {
                for (Adaptation set : period.sets()) {
                    for (Media media : set.representations().getFirst().segments()) {
                        assertThat(period.start().doubleValue()
                                        + (double) (media.time() - set.offset()) / set.timescale())
                                .isPositive();
                    }
                }
            }
        }
    }

    @Test
    void gstreamerBeginsWhatItBuffersBehindTheEnd() {
        Timeline timeline = timelines(1).getFirst();

        assertThat(gstreamer(timeline, 100)).contains("suggestedPresentationDelay=\"PT30S\"");
        assertThat(gstreamer(timeline, 50)).contains("suggestedPresentationDelay=\"PT25S\"");
        assertThat(write(timeline, OptionalLong.empty())).contains("suggestedPresentationDelay=\"PT6S\"");
    }

    private static String gstreamer(Timeline timeline, int windowSeconds) {
        return DashManifest.write(
                timeline,
                NOW,
                Duration.ofSeconds(windowSeconds),
                PlaybackPass.NONE,
                DashPlayback.of(null, null, "GStreamer souphttpsrc 1.22.0 libsoup/3.2.2"));
    }

    @RandomTest(tries = 12)
    void gstreamerGetsTimelinesThatBeginWithTheirPeriods(RandomInput input) {
        for (Timeline timeline : timelines(input.anyLong())) {
            Manifest expected = read(timeline);
            Manifest manifest = DashParser.read(gstreamer(timeline, 60));
            for (int i = 0; i < manifest.periods().size(); i++) {
                for (int set = 0; set < manifest.periods().get(i).sets().size(); set++) {
                    Adaptation adaptation = manifest.periods().get(i).sets().get(set);
                    List<Media> all = adaptation.representations().getFirst().segments();
                    List<Media> available = expected.periods()
                            .get(i)
                            .sets()
                            .get(set)
                            .representations()
                            .getFirst()
                            .segments();

                    assertThat(all.getFirst().time() - adaptation.offset())
                            .isLessThan(available.getFirst().duration());
                    assertThat(all.subList(all.size() - available.size(), all.size()))
                            .isEqualTo(available);
                    assertThat(all.size() - available.size()).isBetween(0, 1);
                }
            }
        }
    }

    @RandomTest(tries = 12)
    void theStartOfAPlaybackIsConstant(RandomInput input) {
        List<Timeline> timelines = timelines(input.anyLong());
        long start = read(timelines.getFirst()).start();
        for (Timeline timeline : timelines) {
            assertThat(update(timeline, start).start()).isEqualTo(start);
        }
    }

    @Test
    void updatesAreRequestedWithTheStartAndTheToken() {
        Timeline timeline = timelines(1).getFirst();
        long start = read(timeline).start();

        assertThat(write(timeline, OptionalLong.empty()))
                .contains("<Location>manifest.mpd?start=" + start + "&amp;periods=" + known(timeline) + "</Location>");
        assertThat(DashManifest.write(
                        timeline,
                        NOW,
                        Duration.ofSeconds(60),
                        new PlaybackPass("t", null),
                        new DashPlayback(OptionalLong.of(7), Optional.empty(), false)))
                .contains("<Location>manifest.mpd?start=7&amp;periods=" + known(timeline) + "&amp;token=t</Location>");
    }

    /** What a player knows of the periods of a timeline without continuations. */
    private static KnownPeriods known(Timeline timeline) {
        DashPeriod newest = timeline.epochs().stream()
                .flatMap(epoch -> DashPeriod.of(epoch).stream())
                .toList()
                .getLast();
        return new KnownPeriods(newest.start(), newest.tracksHash(), Optional.empty());
    }

    @Test
    void aStartBehindTheOldestPeriodIsReplaced() {
        Timeline timeline = timelines(1).getFirst();

        assertThat(update(timeline, Long.MAX_VALUE).start())
                .isEqualTo(read(timeline).start());
    }

    @Test
    void theTimesOfAFileAreUtcBecauseAllPlaybacksShareIt() {
        String file = DashManifest.writeFile(timelines(1).getFirst(), NOW, Duration.ofSeconds(60))
                .orElseThrow();

        assertThat(DashParser.read(file).start()).isZero();
        assertThat(file).doesNotContain("<Location>").contains("availabilityStartTime=\"1970-01-01T00:00:00Z\"");
    }

    /** 5.4: an update repeats existing elements unchanged. */
    @RandomTest(tries = 12)
    void updatesOnlyContinue(RandomInput input) {
        List<Timeline> timelines = timelines(input.anyLong());
        for (int i = 1; i < timelines.size(); i++) {
            Manifest before = read(timelines.get(i - 1));
            Manifest now = update(timelines.get(i), before.start());
            Map<String, Period> old = new HashMap<>();
            before.periods().forEach(period -> old.put(period.id(), period));
            boolean known = true;
            for (Period period : now.periods()) {
                Period same = old.get(period.id());
                assertThat(known || same == null)
                        .as("a new period comes behind all known ones")
                        .isTrue();
                known = same != null;
                if (same != null) {
                    assertThat(period.start()).isEqualByComparingTo(same.start());
                    continues(same, period);
                }
            }
        }
    }

    private static void continues(Period before, Period now) {
        for (Adaptation set : now.sets()) {
            before.sets().stream().filter(other -> other.id() == set.id()).forEach(same -> {
                assertThat(set.offset()).isEqualTo(same.offset());
                assertThat(set.timescale()).isEqualTo(same.timescale());
                assertThat(ids(set)).isEqualTo(ids(same));
                Map<Long, Long> durations = new HashMap<>();
                same.representations().getFirst().segments().forEach(s -> durations.put(s.time(), s.duration()));
                set.representations()
                        .getFirst()
                        .segments()
                        .forEach(s -> assertThat(durations.getOrDefault(s.time(), s.duration()))
                                .isEqualTo(s.duration()));
            });
        }
    }

    private static Set<String> ids(Adaptation set) {
        Set<String> ids = new HashSet<>();
        set.representations().forEach(representation -> ids.add(representation.id()));
        return ids;
    }

    @RandomTest(tries = 12)
    void attributesAreThoseOfTheTracks(RandomInput input) {
        for (Timeline timeline : timelines(input.anyLong())) {
            Manifest manifest = read(timeline);
            assertThat(manifest.element().hasAttribute("minimumUpdatePeriod")).isNotEqualTo(timeline.ended());
            assertThat(manifest.element().hasAttribute("mediaPresentationDuration"))
                    .isEqualTo(timeline.ended());
            assertThat(manifest.element().getAttribute("publishTime")).isEqualTo("2026-11-21T08:00:00.123Z");
            for (Period period : manifest.periods()) {
                assertThat(period.sets().stream().map(Adaptation::id)).doesNotHaveDuplicates();
                for (Adaptation set : period.sets()) {
                    boolean video = set.element().getAttribute("contentType").equals("video");
                    assertThat(set.element().getAttribute("mimeType")).isEqualTo(video ? "video/mp4" : "audio/mp4");
                    for (Representation representation : set.representations()) {
                        assertThat(representation.element().hasAttribute("frameRate"))
                                .isEqualTo(video);
                        assertThat(representation.element().hasAttribute("audioSamplingRate"))
                                .isNotEqualTo(video);
                    }
                }
            }
        }
    }

    @Test
    void aDroppedRungBeginsAPeriodAndAGapDoesNot() {
        Track high = new Track("1080p", Track.Kind.VIDEO, "avc1.640028", 90_000, 1920, 1080, 29.97, 6_000_000);
        Track low = new Track("480p", Track.Kind.VIDEO, "avc1.64001e", 90_000, 854, 480, 29.97, 1_000_000);
        Epoch epoch = new Epoch(7, START, List.of(high, low))
                .append(1, List.of(segment(0, false), segment(0, false)))
                .append(2, List.of(segment(2, true), segment(2, true)))
                .append(3, List.of(segment(4, false), segment(4, false)))
                .append(4, List.of(segment(6, false), segment(6, true)))
                .append(5, List.of(segment(8, false), segment(8, false)));

        String manifest = write(new Timeline(List.of(epoch), 2, false), OptionalLong.empty());

        assertThat(DashParser.read(manifest).periods().stream()
                        .map(period ->
                                period.sets().getFirst().representations().size()))
                .containsExactly(2, 1, 2);
        assertThat(manifest)
                .contains("frameRate=\"30000/1001\"")
                .contains("<S t=\"161550000000000\" d=\"180000\"/>", "<S t=\"161550000360000\" d=\"180000\"/>");
    }

    @Test
    void aPeriodKeepsItsStartWhenItsFirstWindowsLeave() {
        Track video = new Track("720p", Track.Kind.VIDEO, "avc1.64001f", 90_000, 1280, 720, 25, 3_000_000);
        Epoch epoch = new Epoch(7, START, List.of(video));
        for (int i = 0; i < 5; i++) {
            epoch = epoch.append(i, List.of(segment(2L * i, false)));
        }

        Manifest before = read(new Timeline(List.of(epoch), 2, false));
        Manifest after = update(new Timeline(List.of(epoch.from(3)), 2, false), before.start());

        assertThat(after.periods().getFirst().start())
                .isEqualTo(before.periods().getFirst().start());
        assertThat(after.periods()
                        .getFirst()
                        .sets()
                        .getFirst()
                        .representations()
                        .getFirst()
                        .segments())
                .hasSize(2);
    }

    @Test
    void equalDurationsAreWrittenOnce() {
        Track video = new Track("720p", Track.Kind.VIDEO, "avc1.64001f", 90_000, 1280, 720, 25, 3_000_000);
        Epoch epoch = new Epoch(7, START, List.of(video));
        for (int i = 0; i < 5; i++) {
            epoch = epoch.append(i, List.of(segment(2L * i, false)));
        }

        assertThat(write(new Timeline(List.of(epoch), 2, false), OptionalLong.empty()))
                .contains("<S t=\"161550000000000\" d=\"180000\" r=\"4\"/>");
    }

    @Test
    void anEmptyTimelineHasNoManifest() {
        Track video = new Track("720p", Track.Kind.VIDEO, "avc1.64001f", 90_000, 1280, 720, 25, 3_000_000);
        Timeline empty = new Timeline(List.of(new Epoch(7, START, List.of(video))), 2, false);

        assertThatIllegalArgumentException().isThrownBy(() -> write(empty, OptionalLong.empty()));
    }

    private static Segment segment(long seconds, boolean gap) {
        return new Segment((1_795_000_000L + seconds) * 90_000, 180_000, gap ? 0 : 500_000, gap);
    }
}
