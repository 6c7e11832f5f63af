package io.xg2g.upload;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reader of the DASH manifests that are uploaded ({@link io.xg2g.delivery.DashManifest}). */
final class UploadedManifest {
    private static final Pattern SET = Pattern.compile("<AdaptationSet .*?</AdaptationSet>", Pattern.DOTALL);
    private static final Pattern INITIALIZATION = Pattern.compile(" initialization=\"([\\w$./-]*)\"");
    private static final Pattern MEDIA = Pattern.compile(" media=\"([\\w$./-]*)\"");
    private static final Pattern REPRESENTATION = Pattern.compile("<Representation id=\"([\\w-]+)\"[^>]*>");
    private static final Pattern TIMELINE = Pattern.compile("<SegmentTimeline>.*?</SegmentTimeline>", Pattern.DOTALL);
    private static final Pattern EMPTY_PERIOD = Pattern.compile("<Period [^>]*></Period>");
    private static final Pattern SPAN =
            Pattern.compile("<S(?: t=\"(\\d{1,18})\")? d=\"(\\d{1,18})\"(?: r=\"(\\d{1,6})\")?/?>");

    private UploadedManifest() {}

    /** Start and duration of a segment. */
    private record Span(long time, long duration) {}

    /** Adaptation set: its segments, and templates of their names relative to the manifest. */
    private record Segments(String text, List<String> representations, List<Span> spans) {
        static Segments of(String text) {
            List<Span> spans = new ArrayList<>();
            long time = 0;
            for (MatchResult span : SPAN.matcher(text).results().toList()) {
                long duration = Long.parseLong(span.group(2));
                time = span.group(1) == null ? time : Long.parseLong(span.group(1));
                long count = 1 + (span.group(3) == null ? 0 : Long.parseLong(span.group(3)));
                for (long i = 0; i < count; i++) {
                    spans.add(new Span(time, duration));
                    time += duration;
                }
            }
            List<String> representations = REPRESENTATION
                    .matcher(text)
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            return new Segments(text, representations, spans);
        }

        String init(String directory, String representation) {
            return name(INITIALIZATION, directory, representation, "");
        }

        String segment(String directory, String representation, Span span) {
            return name(MEDIA, directory, representation, Long.toString(span.time()));
        }

        private String name(Pattern template, String directory, String representation, String time) {
            Matcher found = template.matcher(text);
            return directory
                    + (found.find() ? found.group(1) : "")
                            .replace("$RepresentationID$", representation)
                            .replace("$Time$", time);
        }
    }

    private static String directory(String name) {
        return name.substring(0, name.lastIndexOf('/') + 1);
    }

    /** Returns the names of the segments and init segments that a manifest requires. */
    static Set<String> names(String name, String manifest) {
        Set<String> names = new LinkedHashSet<>();
        for (MatchResult set : SET.matcher(manifest).results().toList()) {
            Segments segments = Segments.of(set.group());
            for (String representation : segments.representations()) {
                names.add(segments.init(directory(name), representation));
                segments.spans().forEach(span -> names.add(segments.segment(directory(name), representation, span)));
            }
        }
        // A manifest that others wrote could lead outside.
        names.removeIf(found -> found.contains(".."));
        return names;
    }

    /**
     * Returns the manifest without what is not on the target: representations whose init segment is not, segments that one of the
     * other representations does not have, and adaptation sets and periods without segments.
     *
     * @param name of the manifest
     * @param stored tells whether the object of a name is on the target
     * @return empty if nothing is left
     */
    static String withGaps(String name, String manifest, Predicate<String> stored) {
        String marked = SET.matcher(manifest)
                .replaceAll(set -> Matcher.quoteReplacement(stored(directory(name), Segments.of(set.group()), stored)));
        String full = EMPTY_PERIOD.matcher(marked).replaceAll("");
        return full.contains("<Period ") ? full : "";
    }

    private static String stored(String directory, Segments segments, Predicate<String> stored) {
        List<String> left = segments.representations().stream()
                .filter(representation -> stored.test(segments.init(directory, representation)))
                .toList();
        StringBuilder timeline = new StringBuilder();
        for (Span span : segments.spans()) {
            if (left.stream().allMatch(each -> stored.test(segments.segment(directory, each, span)))) {
                timeline.append("<S t=\"")
                        .append(span.time())
                        .append("\" d=\"")
                        .append(span.duration())
                        .append("\"/>");
            }
        }
        if (left.isEmpty() || timeline.isEmpty()) {
            return "";
        }
        String template = TIMELINE.matcher(segments.text())
                .replaceFirst(Matcher.quoteReplacement("<SegmentTimeline>" + timeline + "</SegmentTimeline>"));
        return REPRESENTATION
                .matcher(template)
                .replaceAll(found -> left.contains(found.group(1)) ? Matcher.quoteReplacement(found.group()) : "");
    }
}
