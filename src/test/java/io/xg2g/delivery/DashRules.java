package io.xg2g.delivery;

import io.xg2g.delivery.DashParser.Adaptation;
import io.xg2g.delivery.DashParser.Manifest;
import io.xg2g.delivery.DashParser.Media;
import io.xg2g.delivery.DashParser.Period;
import io.xg2g.delivery.DashParser.Representation;
import io.xg2g.media.MalformedMedia;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rules for a manifest with its segments, by arithmetic: ISO/IEC 23009-1 (section numbers) and the DASH-IF interoperability points
 * («IOP»). {@link DashParser} checks the manifest against its schema, and the order of the segments.
 */
public final class DashRules {
    /** Audio is cut at its own frames of 1024 samples, two of them at most. */
    private static final double AUDIO_FRAMES = 0.05;

    private static final double MILLI = 0.001;

    private final Manifest manifest;
    private final Map<String, ServedMedia> media;
    private final Set<String> violations = new LinkedHashSet<>();

    private DashRules(Manifest manifest, Map<String, ServedMedia> media) {
        this.manifest = manifest;
        this.media = media;
    }

    /**
     * Fetches the segments of a manifest, and returns what is wrong with it or them.
     *
     * @param fetch by URIs relative to the manifest
     * @throws AssertionError if the manifest does not follow its schema
     */
    public static List<String> violations(String name, Function<String, byte[]> fetch) throws MalformedMedia {
        Manifest manifest = DashParser.read(new String(fetch.apply(name), StandardCharsets.UTF_8));
        Map<String, ServedMedia> media = new LinkedHashMap<>();
        for (Period period : manifest.periods()) {
            for (Adaptation set : period.sets()) {
                for (Representation representation : set.representations()) {
                    for (Media segment : representation.segments()) {
                        media.put(
                                segment.uri(),
                                ServedMedia.read(fetch.apply(representation.init()), fetch.apply(segment.uri())));
                    }
                }
            }
        }
        return violations(manifest, media);
    }

    /**
     * Returns what is wrong with a manifest; empty if it is valid.
     *
     * @param media segments by their URIs; missing ones are not checked
     */
    static List<String> violations(Manifest manifest, Map<String, ServedMedia> media) {
        DashRules rules = new DashRules(manifest, media);
        rules.checkHead();
        for (int i = 0; i < manifest.periods().size(); i++) {
            rules.checkPeriod(
                    manifest.periods().get(i),
                    i + 1 < manifest.periods().size() ? manifest.periods().get(i + 1) : null);
        }
        return List.copyOf(rules.violations);
    }

    private void add(String format, Object... values) {
        violations.add(String.format(Locale.ROOT, format, values));
    }

    private String attribute(String name) {
        return manifest.element().getAttribute(name);
    }

    private Instant time(String attribute) {
        return Instant.parse(attribute(attribute));
    }

    private double seconds(String attribute) {
        return Duration.parse(attribute(attribute)).toNanos() / 1e9;
    }

    private void checkHead() {
        if (time("availabilityStartTime").isAfter(time("publishTime"))) {
            add("published before it is available (5.3.1.2)");
        }
        if (seconds("suggestedPresentationDelay") > seconds("timeShiftBufferDepth")) {
            add("the presentation delay exceeds the time shift buffer (IOP 4.3)");
        }
        boolean updated = !attribute("minimumUpdatePeriod").isEmpty();
        if (updated == !attribute("mediaPresentationDuration").isEmpty()) {
            add("a dynamic presentation is either updated or has an end (5.3.1.2)");
        }
    }

    private void checkPeriod(Period period, @Nullable Period next) {
        if (next != null && next.start().compareTo(period.start()) <= 0) {
            add("period %s does not begin after %s (5.3.2.1)", next.id(), period.id());
        }
        long audio = period.sets().stream().filter(set -> isAudio(set)).count();
        for (Adaptation set : period.sets()) {
            if (audio > 1 && isAudio(set) && set.element().getAttribute("lang").isEmpty()) {
                add("set %d of several with audio has no language (IOP 3.9)", set.id());
            }
            for (Representation representation : set.representations()) {
                checkTimeline(period, next, set, representation);
                checkMedia(set, representation);
                checkBandwidth(set, representation);
            }
        }
    }

    private static boolean isAudio(Adaptation set) {
        return set.element().getAttribute("contentType").equals("audio");
    }

    /** Segments lie in their period, and are available when they are listed. */
    private void checkTimeline(Period period, @Nullable Period next, Adaptation set, Representation representation) {
        double start = period.start().doubleValue();
        double end = next == null ? Double.MAX_VALUE : next.start().doubleValue();
        double now = Duration.between(time("availabilityStartTime"), time("publishTime"))
                        .toNanos()
                / 1e9;
        double tolerance = isAudio(set) ? AUDIO_FRAMES : MILLI;
        for (Media segment : representation.segments()) {
            double from = start + (double) (segment.time() - set.offset()) / set.timescale();
            double to = from + (double) segment.duration() / set.timescale();
            if (from < start - tolerance) {
                add("%s: begins %.3f s before its period (5.3.2.1)", segment.uri(), start - from);
            }
            if (to > end + tolerance) {
                add("%s: ends %.3f s after its period (5.3.2.1)", segment.uri(), to - end);
            }
            if (to > now) {
                add("%s: is available %.3f s after its publication (5.3.9.5.3)", segment.uri(), to - now);
            }
        }
    }

    private void checkMedia(Adaptation set, Representation representation) {
        String codecs = representation.element().getAttribute("codecs");
        for (Media segment : representation.segments()) {
            @Nullable ServedMedia served = media.get(segment.uri());
            if (served == null) {
                continue;
            }
            if (served.timescale() != set.timescale()) {
                add("%s: timescale %d, the set has %d", segment.uri(), served.timescale(), set.timescale());
            }
            if (!served.beginsAt(segment.time())) {
                add(
                        "%s: begins at %d, the timeline has %d (7.2.1)",
                        segment.uri(), served.decodeTime(), segment.time());
            }
            if (served.duration() != segment.duration()) {
                add(
                        "%s: lasts %d, the timeline has %d (5.3.9.6)",
                        segment.uri(), served.duration(), segment.duration());
            }
            if (!served.sync()) {
                add("%s: does not begin with a stream access point of type 1 (5.3.3.2)", segment.uri());
            }
            served.video().ifPresent(track -> {
                if (!codecs.equals(track.codec())
                        || !representation.element().getAttribute("width").equals("" + track.width())
                        || !representation.element().getAttribute("height").equals("" + track.height())) {
                    add(
                            "%s: is %s of %dx%d, not as its representation (5.3.7.2)",
                            segment.uri(), track.codec(), track.width(), track.height());
                }
            });
        }
    }

    /** 5.3.5.2: received with the bandwidth, playback can begin at any segment after the minimum buffer time and continues. */
    private void checkBandwidth(Adaptation set, Representation representation) {
        double bandwidth = Double.parseDouble(representation.element().getAttribute("bandwidth"));
        double buffer = seconds("minBufferTime");
        List<Media> segments = representation.segments();
        for (int first = 0; first < segments.size(); first++) {
            double bits = 0;
            double played = 0;
            for (Media segment : segments.subList(first, segments.size())) {
                @Nullable ServedMedia served = media.get(segment.uri());
                bits += served == null ? 0 : served.bits();
                if (bits > bandwidth * (buffer + played)) {
                    add(
                            "%s: %.0f bits are due after %.1f s at %.0f bit/s (5.3.5.4)",
                            segment.uri(), bits, buffer + played, bandwidth);
                    return;
                }
                played += (double) segment.duration() / set.timescale();
            }
        }
    }
}
