package io.xg2g.delivery;

import io.xg2g.delivery.HlsParser.MediaPlaylist;
import io.xg2g.delivery.HlsParser.MediaSegment;
import io.xg2g.delivery.HlsParser.Multivariant;
import io.xg2g.delivery.HlsParser.Variant;
import io.xg2g.media.MalformedMedia;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rules for a whole presentation: what Apple's mediastreamvalidator reports, by RFC 8216bis (section numbers) and the HLS authoring
 * specification («Apple»). {@link HlsParser} checks the syntax.
 */
public final class HlsRules {
    private static final double MILLI = 0.001;

    /** Audio is cut at its own frames of 1024 samples. */
    private static final double AUDIO_FRAME = 0.05;

    /** By how much measured values may differ from those of a playlist that is some segments older. */
    private static final double MEASURED = 1.1;

    private final Served served;
    private final Set<String> violations = new LinkedHashSet<>();

    private HlsRules(Served served) {
        this.served = served;
    }

    /**
     * A presentation as a player has fetched it.
     *
     * @param playlists by their URI in the multivariant playlist
     * @param media segments by their URI relative to the multivariant playlist; those that are gaps are missing
     */
    record Served(Multivariant master, Map<String, MediaPlaylist> playlists, Map<String, ServedMedia> media) {}

    /**
     * Fetches a presentation, and returns what is wrong with it.
     *
     * @param fetch by URIs relative to the multivariant playlist
     * @throws AssertionError if a playlist cannot be parsed
     */
    public static List<String> violations(String master, Function<String, byte[]> fetch) throws MalformedMedia {
        return violations(fetch(HlsParser.multivariant(text(fetch.apply(master))), fetch));
    }

    private static Served fetch(Multivariant master, Function<String, byte[]> fetch) throws MalformedMedia {
        Map<String, MediaPlaylist> playlists = new LinkedHashMap<>();
        Map<String, ServedMedia> media = new LinkedHashMap<>();
        master.variants().forEach(variant -> playlists.put(variant.uri(), playlist(fetch, variant.uri())));
        for (Map<String, String> rendition : master.media()) {
            String uri = HlsParser.quoted(rendition, "URI");
            playlists.put(uri, playlist(fetch, uri));
        }
        for (Map.Entry<String, MediaPlaylist> playlist : playlists.entrySet()) {
            for (MediaSegment segment : playlist.getValue().segments()) {
                String uri = resolve(playlist.getKey(), segment.uri());
                if (!segment.gap() && segment.map() != null && !media.containsKey(uri)) {
                    media.put(
                            uri,
                            ServedMedia.read(fetch.apply(resolve(playlist.getKey(), segment.map())), fetch.apply(uri)));
                }
            }
        }
        return new Served(master, playlists, media);
    }

    private static MediaPlaylist playlist(Function<String, byte[]> fetch, String uri) {
        return HlsParser.media(text(fetch.apply(uri)));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String resolve(String playlist, String uri) {
        return URI.create(playlist).resolve(uri).toString();
    }

    /** Returns what is wrong with a presentation; empty if it is valid. */
    static List<String> violations(Served served) {
        HlsRules rules = new HlsRules(served);
        served.playlists().forEach(rules::checkPlaylist);
        rules.checkAlignment();
        served.master().variants().forEach(rules::checkVariant);
        rules.checkGroups();
        return List.copyOf(rules.violations);
    }

    private void add(String format, Object... values) {
        violations.add(String.format(Locale.ROOT, format, values));
    }

    private @Nullable ServedMedia media(String playlist, MediaSegment segment) {
        return served.media().get(resolve(playlist, segment.uri()));
    }

    private void checkPlaylist(String uri, MediaPlaylist playlist) {
        @Nullable MediaSegment before = null;
        for (MediaSegment segment : playlist.segments()) {
            if (Math.round(segment.seconds()) > playlist.target()) {
                add("%s: longer than the target duration of %d s (4.4.3.1)", segment.uri(), playlist.target());
            }
            if (segment.gap() && playlist.version() < 8 || segment.map() != null && playlist.version() < 6) {
                add("%s: version %d is too low (8)", uri, playlist.version());
            }
            if (!segment.gap() && segment.map() == null) {
                add("%s: no EXT-X-MAP (3.1.2)", segment.uri());
            }
            checkMedia(uri, segment);
            if (before != null && before.discontinuity() == segment.discontinuity()) {
                checkSuccession(uri, before, segment);
            }
            before = segment;
        }
    }

    private void checkMedia(String playlist, MediaSegment segment) {
        @Nullable ServedMedia media = media(playlist, segment);
        if (media == null) {
            return;
        }
        if (Math.abs(media.seconds() - segment.seconds()) > MILLI) {
            add("%s: lasts %.4f s, EXTINF %.4f (4.4.4.1)", segment.uri(), media.seconds(), segment.seconds());
        }
        if (!media.sync()) {
            add("%s: does not begin with a keyframe (4.4.2.1)", segment.uri());
        }
    }

    private void checkSuccession(String playlist, MediaSegment before, MediaSegment segment) {
        double apart = seconds(before, segment);
        if (Math.abs(apart - before.seconds()) > 2 * MILLI) {
            add(
                    "%s: its date is %.4f s after that of a segment of %.4f s (4.4.4.6)",
                    segment.uri(), apart, before.seconds());
        }
        @Nullable ServedMedia first = media(playlist, before);
        @Nullable ServedMedia second = media(playlist, segment);
        if (first != null && second != null && first.decodeTime() + first.duration() != second.decodeTime()) {
            add(
                    "%s: begins at %d, the one before ends at %d (3)",
                    segment.uri(), second.decodeTime(), first.decodeTime() + first.duration());
        }
    }

    private static double seconds(MediaSegment from, MediaSegment to) {
        return Duration.between(from.programDateTime(), to.programDateTime()).toNanos() / 1e9;
    }

    /** 6.2.4: all playlists have the same target duration, discontinuities and dates, and the video segments the same times. */
    private void checkAlignment() {
        if (served.playlists().values().stream()
                        .map(MediaPlaylist::target)
                        .distinct()
                        .count()
                > 1) {
            add("target durations differ (6.2.4)");
        }
        Map<Long, MediaSegment> video = new LinkedHashMap<>();
        Map<Long, MediaSegment> any = new LinkedHashMap<>();
        served.playlists().forEach((uri, playlist) -> {
            for (MediaSegment segment : playlist.segments()) {
                compare(segment, any.putIfAbsent(segment.number(), segment), AUDIO_FRAME, Double.MAX_VALUE);
                if (isVideo(uri)) {
                    compare(segment, video.putIfAbsent(segment.number(), segment), MILLI, MILLI);
                }
            }
        });
    }

    private void compare(MediaSegment segment, @Nullable MediaSegment other, double dates, double durations) {
        if (other == null) {
            return;
        }
        if (other.discontinuity() != segment.discontinuity()) {
            add("number %d: discontinuity sequences differ (6.2.4)", segment.number());
        }
        if (Math.abs(seconds(other, segment)) > dates) {
            add("number %d: dates differ by %.3f s (6.2.4)", segment.number(), seconds(other, segment));
        }
        if (Math.abs(other.seconds() - segment.seconds()) > durations) {
            add("number %d: durations differ (6.2.4)", segment.number());
        }
    }

    private boolean isVideo(String uri) {
        return served.master().variants().stream()
                .anyMatch(variant ->
                        variant.uri().equals(uri) && variant.attributes().containsKey("RESOLUTION"));
    }

    private void checkVariant(Variant variant) {
        Map<String, String> attributes = variant.attributes();
        MediaPlaylist playlist = served.playlists().get(variant.uri());
        if (!attributes.containsKey("CODECS")) {
            add("%s: no CODECS (Apple 9.1)", variant.uri());
            return;
        }
        if (!playlist.segments().isEmpty()) {
            @Nullable
            ServedMedia media = media(variant.uri(), playlist.segments().getLast());
            if (media != null && media.video().isPresent()) {
                checkVideo(variant, media);
            }
        }
        double audio = served.master().media().stream()
                .filter(rendition -> rendition.get("GROUP-ID").equals(attributes.get("AUDIO")))
                .mapToDouble(rendition -> peak(HlsParser.quoted(rendition, "URI")))
                .max()
                .orElse(0);
        double bandwidth = HlsParser.decimal(attributes.get("BANDWIDTH"));
        double measured = peak(variant.uri()) + audio;
        if (measured > bandwidth * MEASURED) {
            add("%s: peak of %.0f bit/s, BANDWIDTH %.0f (4.4.6.2)", variant.uri(), measured, bandwidth);
        }
        if (HlsParser.decimal(attributes.getOrDefault("AVERAGE-BANDWIDTH", "0")) > bandwidth) {
            add("%s: the average exceeds the peak (4.4.6.2)", variant.uri());
        }
    }

    private void checkVideo(Variant variant, ServedMedia media) {
        Map<String, String> attributes = variant.attributes();
        var track = media.video().orElseThrow();
        if (!List.of(HlsParser.quoted(attributes, "CODECS").split(",")).contains(track.codec())) {
            add(
                    "%s: CODECS %s, the segments have %s (4.4.6.2)",
                    variant.uri(), attributes.get("CODECS"), track.codec());
        }
        if (!(track.width() + "x" + track.height()).equals(attributes.get("RESOLUTION"))) {
            add(
                    "%s: RESOLUTION %s, the segments have %dx%d (Apple 9.14)",
                    variant.uri(), attributes.get("RESOLUTION"), track.width(), track.height());
        }
        double rate = Double.parseDouble(attributes.getOrDefault("FRAME-RATE", "0"));
        if (Math.abs(rate - media.rate()) > rate / 100 || rate == 0) {
            add("%s: FRAME-RATE %.3f, the segments have %.3f (Apple 9.16)", variant.uri(), rate, media.rate());
        }
    }

    /** The largest bit rate of contiguous segments that last between 0.5 and 1.5 target durations (4.4.6.2). */
    private double peak(String uri) {
        MediaPlaylist playlist = served.playlists().get(uri);
        double peak = 0;
        for (int first = 0; first < playlist.segments().size(); first++) {
            double seconds = 0;
            double bits = 0;
            for (MediaSegment segment :
                    playlist.segments().subList(first, playlist.segments().size())) {
                @Nullable ServedMedia media = media(uri, segment);
                seconds += segment.seconds();
                if (media == null || seconds > 1.5 * playlist.target()) {
                    break;
                }
                bits += media.bits();
                peak = seconds >= 0.5 * playlist.target() ? Math.max(peak, bits / seconds) : peak;
            }
        }
        return peak;
    }

    /** 4.4.6.1 and 4.4.6.1.1. */
    private void checkGroups() {
        Map<String, List<Map<String, String>>> groups = served.master().media().stream()
                .collect(Collectors.groupingBy(
                        rendition -> rendition.get("GROUP-ID"), LinkedHashMap::new, Collectors.toList()));
        for (Variant variant : served.master().variants()) {
            String group = variant.attributes().get("AUDIO");
            if (group != null && !groups.containsKey(group)) {
                add("%s: there is no group %s (4.4.6.2.1)", variant.uri(), group);
            }
        }
        Set<Set<String>> names = new HashSet<>();
        groups.forEach((group, members) -> {
            List<String> all = new ArrayList<>();
            for (Map<String, String> member : members) {
                all.add(member.get("NAME"));
                checkMember(group, member, members.size());
            }
            names.add(Set.copyOf(all));
            if (Set.copyOf(all).size() < all.size()) {
                add("group %s: a NAME twice (4.4.6.1.1)", group);
            }
            if (members.stream().filter(one -> "YES".equals(one.get("DEFAULT"))).count() > 1) {
                add("group %s: two members are the default (4.4.6.1.1)", group);
            }
        });
        if (names.size() > 1) {
            add("the groups have other members (4.4.6.1.1)");
        }
    }

    private void checkMember(String group, Map<String, String> member, int members) {
        if ("YES".equals(member.get("DEFAULT")) && !"YES".equals(member.get("AUTOSELECT"))) {
            add("group %s: the default is not selected by itself (4.4.6.1)", group);
        }
        if (members > 1 && !member.containsKey("LANGUAGE")) {
            add("group %s: no LANGUAGE (Apple 9.18)", group);
        }
        if (!member.containsKey("CHANNELS")) {
            add("group %s: no CHANNELS (Apple 9.17)", group);
        }
    }
}
