package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Strict parser of playlists by RFC 8216bis: every tag must be known, in its place, with the syntax of its values. Section
 * numbers are those of the RFC.
 */
final class HlsParser {

    /** A media segment with all tags that apply to it. */
    record MediaSegment(
            long number,
            long discontinuity,
            @Nullable String map,
            Instant programDateTime,
            double seconds,
            boolean gap,
            String uri) {}

    /** A media playlist. */
    record MediaPlaylist(
            int version,
            int target,
            long mediaSequence,
            long discontinuitySequence,
            boolean ended,
            List<MediaSegment> segments) {}

    /** A variant: its attributes and URI. */
    record Variant(Map<String, String> attributes, String uri) {}

    /** A multivariant playlist. */
    record Multivariant(List<Map<String, String>> media, List<Variant> variants) {}

    private static final Pattern ATTRIBUTE = Pattern.compile("([A-Z0-9-]+)=(\"[^\"\\r\\n]*\"|[^\",\\s]+)(,|$)");

    private final Set<String> seen = new HashSet<>();

    private HlsParser() {}

    /** 4.1: UTF-8 text without a byte order mark and control characters, with a terminated last line. */
    private static List<String> lines(String text) {
        assertThat(text).startsWith("#EXTM3U\n").endsWith("\n");
        assertThat(text.chars().filter(c -> c < ' ' && c != '\n').count()).isZero();
        List<String> lines = new ArrayList<>(text.lines().toList());
        assertThat(lines).noneMatch(String::isBlank);
        lines.removeFirst();
        return lines;
    }

    static MediaPlaylist media(String text) {
        return new HlsParser().readMedia(lines(text));
    }

    private MediaPlaylist readMedia(List<String> lines) {
        Map<String, String> header = new LinkedHashMap<>();
        List<MediaSegment> segments = new ArrayList<>();
        Map<String, String> pending = new LinkedHashMap<>();
        @Nullable String map = null;
        long discontinuities = 0;
        boolean ended = false;
        for (String line : lines) {
            assertThat(ended).as("nothing follows the end here").isFalse();
            if (!line.startsWith("#")) {
                segments.add(segment(header, pending, map, segments.size(), discontinuities, line));
                pending.clear();
                continue;
            }
            String tag = tag(line);
            String value = line.length() > tag.length() ? line.substring(tag.length() + 1) : "";
            switch (tag) {
                case "#EXT-X-VERSION",
                        "#EXT-X-TARGETDURATION",
                        "#EXT-X-MEDIA-SEQUENCE",
                        "#EXT-X-DISCONTINUITY-SEQUENCE",
                        "#EXT-X-SERVER-CONTROL",
                        "#EXT-X-INDEPENDENT-SEGMENTS" -> {
                    once(tag);
                    assertThat(segments.isEmpty() && pending.isEmpty() && discontinuities == 0)
                            .as("%s comes before the first segment (4.4.3)", tag)
                            .isTrue();
                    header.put(tag, value);
                }
                case "#EXTINF", "#EXT-X-GAP", "#EXT-X-PROGRAM-DATE-TIME" ->
                    assertThat(pending.put(tag, value)).as("%s comes once", tag).isNull();
                case "#EXT-X-DISCONTINUITY" -> discontinuities++;
                case "#EXT-X-MAP" -> map = quoted(attributes(value, "URI"), "URI");
                case "#EXT-X-ENDLIST" -> ended = true;
                default -> throw new AssertionError("unknown tag " + tag);
            }
        }
        assertThat(pending).as("tags that belong to no segment").isEmpty();
        assertThat(header).containsKeys("#EXT-X-VERSION", "#EXT-X-TARGETDURATION", "#EXT-X-INDEPENDENT-SEGMENTS");
        assertThat(header.get("#EXT-X-SERVER-CONTROL")).isEqualTo("CAN-BLOCK-RELOAD=YES,HOLD-BACK=6");
        return new MediaPlaylist(
                (int) decimal(header.get("#EXT-X-VERSION")),
                (int) decimal(header.get("#EXT-X-TARGETDURATION")),
                decimal(header.get("#EXT-X-MEDIA-SEQUENCE")),
                decimal(header.get("#EXT-X-DISCONTINUITY-SEQUENCE")),
                ended,
                segments);
    }

    private static MediaSegment segment(
            Map<String, String> header,
            Map<String, String> pending,
            @Nullable String map,
            int index,
            long discontinuities,
            String uri) {
        String info = pending.get("#EXTINF");
        assertThat(info).as("%s has a duration (4.4.4.1)", uri).isNotNull();
        assertThat(info).matches("[0-9]+(\\.[0-9]+)?,.*");
        String date = pending.get("#EXT-X-PROGRAM-DATE-TIME");
        assertThat(date)
                .as("with milliseconds and a zone (4.4.4.6)")
                .matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z");
        return new MediaSegment(
                decimal(header.get("#EXT-X-MEDIA-SEQUENCE")) + index,
                decimal(header.get("#EXT-X-DISCONTINUITY-SEQUENCE")) + discontinuities,
                map,
                Instant.parse(date),
                Double.parseDouble(info.substring(0, info.indexOf(','))),
                pending.containsKey("#EXT-X-GAP"),
                uri);
    }

    static Multivariant multivariant(String text) {
        return new HlsParser().readMultivariant(lines(text));
    }

    private Multivariant readMultivariant(List<String> lines) {
        List<Map<String, String>> media = new ArrayList<>();
        List<Variant> variants = new ArrayList<>();
        @Nullable Map<String, String> variant = null;
        for (String line : lines) {
            if (variant != null) {
                assertThat(line).as("the address follows its tag (4.4.6.2)").doesNotStartWith("#");
                variants.add(new Variant(variant, line));
                variant = null;
                continue;
            }
            String tag = tag(line);
            String value = line.length() > tag.length() ? line.substring(tag.length() + 1) : "";
            switch (tag) {
                case "#EXT-X-VERSION", "#EXT-X-INDEPENDENT-SEGMENTS" -> once(tag);
                case "#EXT-X-SESSION-DATA" ->
                    assertThat(attributes(value, "DATA-ID")).containsKey("VALUE");
                case "#EXT-X-MEDIA" -> media.add(attributes(value, "TYPE", "GROUP-ID", "NAME", "URI"));
                case "#EXT-X-STREAM-INF" -> variant = attributes(value, "BANDWIDTH");
                default -> throw new AssertionError("unknown tag " + tag);
            }
        }
        assertThat(variant).as("a variant without an address").isNull();
        assertThat(seen).contains("#EXT-X-VERSION", "#EXT-X-INDEPENDENT-SEGMENTS");
        return new Multivariant(media, variants);
    }

    private void once(String tag) {
        assertThat(seen.add(tag)).as("%s comes once", tag).isTrue();
    }

    private static String tag(String line) {
        assertThat(line).as("there are no comments").startsWith("#EXT");
        int colon = line.indexOf(':');
        return colon < 0 ? line : line.substring(0, colon);
    }

    /** 4.2: unique names, values with their syntax, no white space. */
    private static Map<String, String> attributes(String text, String... required) {
        Map<String, String> attributes = new LinkedHashMap<>();
        Matcher matcher = ATTRIBUTE.matcher(text);
        int at = 0;
        while (at < text.length()) {
            assertThat(matcher.find(at) && matcher.start() == at).as(text).isTrue();
            assertThat(attributes.put(matcher.group(1), matcher.group(2))).isNull();
            at = matcher.end();
        }
        assertThat(text).doesNotEndWith(",");
        assertThat(attributes).containsKeys(required);
        return attributes;
    }

    static String quoted(Map<String, String> attributes, String name) {
        assertThat(attributes.get(name)).startsWith("\"").endsWith("\"");
        String value = attributes.get(name);
        return value.substring(1, value.length() - 1);
    }

    static long decimal(@Nullable String value) {
        assertThat(value).matches("[0-9]{1,20}");
        return Long.parseLong(value);
    }
}
