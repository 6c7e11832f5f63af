package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.xg2g.channel.PlaybackPass;
import io.xg2g.delivery.HlsParser.MediaPlaylist;
import io.xg2g.delivery.HlsParser.MediaSegment;
import io.xg2g.delivery.HlsParser.Multivariant;
import io.xg2g.delivery.HlsParser.Variant;
import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import io.xg2g.packaging.Window;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Conformance to RFC 8216bis and to Apple's HLS authoring specification, checked on the generated text. Section numbers
 * without a name are the RFC's.
 */
class HlsPlaylistsTest {
    private static final int WINDOWS = 30;

    @RandomTest(tries = 12)
    void everyMediaPlaylistIsValid(RandomInput input) {
        for (Timeline timeline : RandomChannel.run(input.anyLong(), WINDOWS)) {
            for (String track : names(timeline)) {
                check(
                        HlsParser.media(HlsPlaylists.media(timeline, track(timeline, track), PlaybackPass.NONE)),
                        timeline,
                        track(timeline, track));
            }
        }
    }

    private static void check(MediaPlaylist playlist, Timeline timeline, Track track) {
        assertThat(playlist.target()).isEqualTo(timeline.targetDurationSeconds());
        assertThat(playlist.ended()).isEqualTo(timeline.ended());
        boolean gaps = playlist.segments().stream().anyMatch(MediaSegment::gap);
        assertThat(playlist.version()).as("8 for gaps, 6 for a map (section 8)").isEqualTo(gaps ? 8 : 7);
        List<Epoch> epochs = timeline.epochs();
        assertThat(playlist.segments())
                .hasSize(epochs.stream()
                        .mapToInt(epoch -> epoch.windows().size())
                        .sum());
        int at = 0;
        for (Epoch epoch : epochs) {
            for (Window window : epoch.windows()) {
                check(playlist.segments().get(at++), epoch, window, track);
            }
        }
        for (int i = 1; i < playlist.segments().size(); i++) {
            follows(playlist.segments().get(i - 1), playlist.segments().get(i));
        }
    }

    private static void check(MediaSegment segment, Epoch epoch, Window window, Track track) {
        int index = nearest(epoch, track);
        assertThat(segment.number()).as("media sequence (4.4.3.2)").isEqualTo(window.number());
        assertThat(segment.discontinuity()).as("4.4.3.3").isEqualTo(epoch.id());
        assertThat(Math.round(segment.seconds()))
                .as("no longer than the target, rounded (4.4.3.1)")
                .isLessThanOrEqualTo(RandomChannel.TARGET);
        String directory = index < 0 || epoch.tracks().get(index).name().equals(track.name())
                ? ""
                : "../" + epoch.tracks().get(index).name() + "/";
        assertThat(segment.gap())
                .isEqualTo(index < 0 || window.segments().get(index).gap());
        if (!segment.gap()) {
            assertThat(segment.map()).as("4.4.4.5").isEqualTo(directory + "init-" + epoch.start() + ".mp4");
        }
        int shown = Math.max(index, 0);
        Segment source = window.segments().get(shown);
        int timescale = epoch.tracks().get(shown).timescale();
        assertThat(segment.uri()).isEqualTo(directory + source.time() + ".m4s");
        assertThat(segment.seconds()).isCloseTo((double) source.duration() / timescale, within(0.000_001));
        assertThat(segment.programDateTime().toEpochMilli()).isEqualTo(source.time() * 1000 / timescale);
    }

    /** 4.4.4.6: dates are those of the segments' first samples; without a discontinuity they differ by the durations. */
    private static void follows(MediaSegment before, MediaSegment segment) {
        double apart = Duration.between(before.programDateTime(), segment.programDateTime())
                        .toMillis()
                / 1000.0;
        if (before.discontinuity() == segment.discontinuity()) {
            assertThat(apart).isCloseTo(before.seconds(), within(0.001_01));
        } else {
            assertThat(segment.discontinuity()).isEqualTo(before.discontinuity() + 1);
            assertThat(apart).as("dates never go back").isPositive();
        }
    }

    /** 6.2.1 and 6.2.2: published lines of a playlist do not change. */
    @RandomTest(tries = 12)
    void aPlaylistIsOnlyExtended(RandomInput input) {
        List<Timeline> timelines = RandomChannel.run(input.anyLong(), WINDOWS);
        for (int i = 1; i < timelines.size(); i++) {
            Set<String> both = names(timelines.get(i - 1));
            both.retainAll(names(timelines.get(i)));
            for (String track : both) {
                continues(
                        HlsParser.media(HlsPlaylists.media(
                                timelines.get(i - 1), track(timelines.get(i - 1), track), PlaybackPass.NONE)),
                        HlsParser.media(HlsPlaylists.media(
                                timelines.get(i), track(timelines.get(i), track), PlaybackPass.NONE)));
            }
        }
    }

    private static void continues(MediaPlaylist before, MediaPlaylist now) {
        int removed = (int) (now.mediaSequence() - before.mediaSequence());
        assertThat(removed)
                .as("segments leave at the front")
                .isBetween(0, before.segments().size());
        List<MediaSegment> retained =
                before.segments().subList(removed, before.segments().size());
        assertThat(now.segments().size()).isGreaterThanOrEqualTo(retained.size());
        for (int i = 0; i < retained.size(); i++) {
            MediaSegment old = retained.get(i);
            MediaSegment same = now.segments().get(i);
            assertThat(same.number()).isEqualTo(old.number());
            assertThat(same.discontinuity()).isEqualTo(old.discontinuity());
            assertThat(same.uri()).isEqualTo(old.uri());
            assertThat(same.gap()).isEqualTo(old.gap());
            assertThat(same.seconds()).isEqualTo(old.seconds());
            assertThat(same.programDateTime()).isEqualTo(old.programDateTime());
            if (!same.gap()) {
                assertThat(same.map()).isEqualTo(old.map());
            }
        }
        assertThat(now.discontinuitySequence()).isGreaterThanOrEqualTo(before.discontinuitySequence());
        assertThat(now.target()).isEqualTo(before.target());
    }

    /** Apple 4 and 8: playlists of one presentation have the same sequence numbers, discontinuities and times. */
    @RandomTest(tries = 12)
    void allPlaylistsOfAChannelAreSynchronized(RandomInput input) {
        for (Timeline timeline : RandomChannel.run(input.anyLong(), WINDOWS)) {
            List<MediaPlaylist> all = names(timeline).stream()
                    .map(track ->
                            HlsParser.media(HlsPlaylists.media(timeline, track(timeline, track), PlaybackPass.NONE)))
                    .toList();
            MediaPlaylist first = all.getFirst();
            for (MediaPlaylist other : all) {
                assertThat(other.mediaSequence()).isEqualTo(first.mediaSequence());
                assertThat(other.discontinuitySequence()).isEqualTo(first.discontinuitySequence());
                assertThat(other.segments()).hasSameSizeAs(first.segments());
                for (int i = 0; i < other.segments().size(); i++) {
                    MediaSegment one = first.segments().get(i);
                    MediaSegment same = other.segments().get(i);
                    assertThat(same.discontinuity()).isEqualTo(one.discontinuity());
                    assertThat(Duration.between(one.programDateTime(), same.programDateTime())
                                    .abs())
                            .isLessThan(Duration.ofMillis(50));
                }
            }
        }
    }

    @RandomTest(tries = 12)
    void everyMultivariantPlaylistIsValid(RandomInput input) {
        for (Timeline timeline : RandomChannel.run(input.anyLong(), WINDOWS)) {
            Multivariant playlist =
                    HlsParser.multivariant(HlsPlaylists.master(timeline, "A \"channel\"\n<1>", PlaybackPass.NONE));
            List<Track> tracks = timeline.newest().tracks();
            boolean video = tracks.stream().anyMatch(Track::isVideo);
            boolean audio = tracks.stream().anyMatch(track -> !track.isVideo());
            assertThat(playlist.media()).hasSize(video && audio ? 1 : 0);
            assertThat(playlist.variants())
                    .hasSize(
                            video ? (int) tracks.stream().filter(Track::isVideo).count() : 1);
            for (Variant variant : playlist.variants()) {
                check(variant, playlist, timeline, audio);
            }
        }
    }

    private static void check(Variant variant, Multivariant playlist, Timeline timeline, boolean audio) {
        String name = variant.uri().replace("/media.m3u8", "");
        Epoch newest = timeline.newest();
        Track track = newest.tracks().get(newest.indexOf(name).orElseThrow());
        Map<String, String> attributes = variant.attributes();
        long bandwidth = HlsParser.decimal(attributes.get("BANDWIDTH"));
        long average = HlsParser.decimal(attributes.get("AVERAGE-BANDWIDTH"));
        assertThat(average).isBetween(1L, bandwidth);
        long peak = peak(timeline, name);
        if (track.isVideo()) {
            assertThat(attributes.get("RESOLUTION")).isEqualTo(track.width() + "x" + track.height());
            assertThat(attributes.get("FRAME-RATE")).matches("[0-9]+\\.[0-9]{3}");
            assertThat(Double.parseDouble(attributes.get("FRAME-RATE"))).isEqualTo(track.frameRate());
            assertThat(attributes.get("CLOSED-CAPTIONS"))
                    .as("in all or in none (4.4.6.2)")
                    .isEqualTo("NONE");
            assertThat(HlsParser.quoted(attributes, "CODECS"))
                    .isEqualTo(audio ? track.codec() + ",mp4a.40.2" : track.codec());
            assertThat(attributes.containsKey("AUDIO")).isEqualTo(audio);
            if (audio) {
                Map<String, String> media = playlist.media().getFirst();
                assertThat(attributes.get("AUDIO")).isEqualTo(media.get("GROUP-ID"));
                assertThat(media.get("TYPE")).isEqualTo("AUDIO");
                assertThat(media.get("URI")).isEqualTo("\"audio/media.m3u8\"");
                assertThat(media.get("CHANNELS")).isEqualTo("\"2\"");
                assertThat(media.get("DEFAULT")).isEqualTo("YES");
                assertThat(media.get("AUTOSELECT"))
                        .as("where it is the default (4.4.6.1)")
                        .isEqualTo("YES");
                peak += peak(timeline, "audio");
            }
        } else {
            assertThat(HlsParser.quoted(attributes, "CODECS")).isEqualTo("mp4a.40.2");
        }
        assertThat(bandwidth).as("an upper bound (4.4.6.2)").isGreaterThanOrEqualTo(peak);
    }

    /** The largest bit rate of a contiguous set of segments that lasts between 0.5 and 1.5 target durations. */
    private static long peak(Timeline timeline, String track) {
        List<double[]> pieces = new ArrayList<>();
        for (Epoch epoch : timeline.epochs()) {
            int index = epoch.indexOf(track).orElse(-1);
            for (Window window : epoch.windows()) {
                Segment segment = window.segments().get(Math.max(index, 0));
                double seconds = (double) segment.duration()
                        / epoch.tracks().get(Math.max(index, 0)).timescale();
                pieces.add(new double[] {seconds, index < 0 ? 0 : 8.0 * segment.bytes()});
            }
        }
        double peak = 0;
        for (int from = 0; from < pieces.size(); from++) {
            for (int to = from + 1; to <= pieces.size(); to++) {
                double seconds = pieces.subList(from, to).stream()
                        .mapToDouble(piece -> piece[0])
                        .sum();
                double bits = pieces.subList(from, to).stream()
                        .mapToDouble(piece -> piece[1])
                        .sum();
                if (seconds >= 0.5 * RandomChannel.TARGET && seconds <= 1.5 * RandomChannel.TARGET) {
                    peak = Math.max(peak, bits / seconds);
                }
            }
        }
        return (long) peak;
    }

    @Test
    void aPlaylistHasTheExpectedText() {
        Track video = new Track("720p", Track.Kind.VIDEO, "avc1.64001f", 90_000, 1280, 720, 25, 3_000_000);
        Track audio = new Track("audio", Track.Kind.AUDIO, "mp4a.40.2", 48_000, 0, 0, 0, 140_000);
        long start = 1_795_000_000L;
        Epoch first = new Epoch(7, start * 90_000, List.of(video, audio))
                .append(41, List.of(segment(start, 90_000, 500_000), segment(start, 48_000, 32_000)))
                .append(42, List.of(gap(start + 2, 90_000), segment(start + 2, 48_000, 32_000)));
        Epoch second = new Epoch(8, (start + 10) * 90_000, List.of(video, audio))
                .append(43, List.of(segment(start + 10, 90_000, 250_000), segment(start + 10, 48_000, 32_000)));
        Timeline timeline = new Timeline(List.of(first, second), 2, false);

        assertThat(HlsPlaylists.media(timeline, video, PlaybackPass.NONE)).isEqualTo("""
                        #EXTM3U
                        #EXT-X-VERSION:8
                        #EXT-X-TARGETDURATION:2
                        #EXT-X-MEDIA-SEQUENCE:41
                        #EXT-X-DISCONTINUITY-SEQUENCE:7
                        #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,HOLD-BACK=6
                        #EXT-X-INDEPENDENT-SEGMENTS
                        #EXT-X-MAP:URI="init-161550000000000.mp4"
                        #EXT-X-PROGRAM-DATE-TIME:2026-11-18T11:06:40.000Z
                        #EXTINF:2.000000,
                        161550000000000.m4s
                        #EXT-X-PROGRAM-DATE-TIME:2026-11-18T11:06:42.000Z
                        #EXT-X-GAP
                        #EXTINF:2.000000,
                        161550000180000.m4s
                        #EXT-X-DISCONTINUITY
                        #EXT-X-MAP:URI="init-161550000900000.mp4"
                        #EXT-X-PROGRAM-DATE-TIME:2026-11-18T11:06:50.000Z
                        #EXTINF:2.000000,
                        161550000900000.m4s
                        """);
        assertThat(HlsPlaylists.master(timeline, "Das Erste", PlaybackPass.NONE))
                .isEqualTo("""
                        #EXTM3U
                        #EXT-X-VERSION:7
                        #EXT-X-INDEPENDENT-SEGMENTS
                        #EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.title",VALUE="Das Erste"
                        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",DEFAULT=YES,AUTOSELECT=YES,\
                        CHANNELS="2",URI="audio/media.m3u8"
                        #EXT-X-STREAM-INF:BANDWIDTH=3140000,AVERAGE-BANDWIDTH=1628000,\
                        CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="audio",\
                        CLOSED-CAPTIONS=NONE
                        720p/media.m3u8
                        """);
    }

    @Test
    void anEmptyTimelineHasNoPlaylist() {
        Track video = new Track("720p", Track.Kind.VIDEO, "avc1.64001f", 90_000, 1280, 720, 25, 3_000_000);
        Timeline empty = new Timeline(List.of(new Epoch(7, 0, List.of(video))), 2, false);

        assertThatIllegalArgumentException().isThrownBy(() -> HlsPlaylists.media(empty, video, PlaybackPass.NONE));
        assertThat(HlsParser.multivariant(HlsPlaylists.master(empty, "", PlaybackPass.NONE))
                        .variants())
                .hasSize(1);
    }

    private static Segment segment(long seconds, int timescale, int bytes) {
        return new Segment(seconds * timescale, 2L * timescale, bytes, false);
    }

    private static Segment gap(long seconds, int timescale) {
        return new Segment(seconds * timescale, 2L * timescale, 0, true);
    }

    /** Index of the epoch's track for a requested one; -1 if it has none of that kind. */
    private static int nearest(Epoch epoch, Track wanted) {
        return epoch.tracks().stream()
                .filter(track -> track.kind() == wanted.kind())
                .min(Comparator.comparingInt(track -> Math.abs(track.height() - wanted.height())))
                .map(epoch.tracks()::indexOf)
                .orElse(-1);
    }

    private static Track track(Timeline timeline, String name) {
        return timeline.epochs().stream()
                .flatMap(epoch -> epoch.tracks().stream())
                .filter(track -> track.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> names(Timeline timeline) {
        Set<String> names = new TreeSet<>();
        for (Epoch epoch : timeline.epochs()) {
            epoch.tracks().forEach(track -> names.add(track.name()));
        }
        return names;
    }
}
