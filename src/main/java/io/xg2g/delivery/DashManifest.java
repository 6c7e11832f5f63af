package io.xg2g.delivery;

import io.xg2g.channel.PlaybackPass;
import io.xg2g.delivery.DashPeriod.Span;
import io.xg2g.delivery.DashPeriod.Spans;
import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import io.xg2g.channel.LivePath;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * The DASH manifest (ISO/IEC 23009-1, live profile) of what is published of a channel. Media time is UTC, and so is the
 * time of the presentation: in every period {@code start} and {@code presentationTimeOffset} are the same moment, so that
 * nothing needs to be mapped and no update moves anything.
 */
final class DashManifest {
    private static final int MILLIS = 1000;
    private static final XMLOutputFactory XML = XMLOutputFactory.newDefaultFactory();

    private final Timeline timeline;
    private final PlaybackPass pass;
    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter out;

    private DashManifest(Timeline timeline, PlaybackPass pass) throws XMLStreamException {
        this.timeline = timeline;
        this.pass = pass;
        this.out = XML.createXMLStreamWriter(text);
    }

    /**
     * Writes the manifest (5.3.1.2).
     *
     * @param now the publishing time, by which players set their clocks
     * @param timeShiftBuffer how far back players may go
     * @param pass what its addresses carry
     * @throws IllegalArgumentException if there is nothing to fetch
     */
    static String write(Timeline timeline, Instant now, Duration timeShiftBuffer, PlaybackPass pass) {
        try {
            return new DashManifest(timeline, pass).write(now.truncatedTo(ChronoUnit.MILLIS), timeShiftBuffer);
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException("a manifest cannot be written to memory", impossible);
        }
    }

    private String write(Instant now, Duration timeShiftBuffer) throws XMLStreamException {
        List<DashPeriod> periods = timeline.epochs().stream()
                .flatMap(epoch -> DashPeriod.of(epoch).stream())
                .toList();
        if (periods.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to publish");
        }
        out.writeStartDocument("UTF-8", "1.0");
        start("MPD");
        out.writeDefaultNamespace("urn:mpeg:dash:schema:mpd:2011");
        with("profiles", "urn:mpeg:dash:profile:isoff-live:2011");
        with("type", "dynamic");
        with("availabilityStartTime", "1970-01-01T00:00:00Z");
        with("publishTime", now);
        with("minBufferTime", duration((long) timeline.targetDurationSeconds() * MILLIS));
        with("timeShiftBufferDepth", duration(timeShiftBuffer.toMillis()));
        with("suggestedPresentationDelay", "PT6S");
        if (timeline.ended()) {
            with("mediaPresentationDuration", duration(end()));
        } else {
            // Half a window: a player that begins with two of them has to hear of the third before it is through.
            with("minimumUpdatePeriod", "PT1S");
        }
        if (!pass.token().isEmpty()) {
            // 5.3.1.2: who came with an identity comes again as this playback.
            start("Location");
            out.writeCharacters(pass.on(LivePath.MANIFEST));
            out.writeEndElement();
        }
        for (DashPeriod period : periods) {
            period(period);
        }
        empty("UTCTiming");
        with("schemeIdUri", "urn:mpeg:dash:utc:direct:2014");
        with("value", now);
        out.writeEndDocument();
        out.close();
        return text.toString();
    }

    /** 5.3.2.2. */
    private void period(DashPeriod period) throws XMLStreamException {
        Map<Spans, List<Integer>> video = new LinkedHashMap<>();
        for (int track : period.tracks(Track.Kind.VIDEO)) {
            video.computeIfAbsent(period.spans(track), same -> new ArrayList<>())
                    .add(track);
        }
        start("Period");
        with("id", "p" + period.start());
        with("start", duration(period.start()));
        for (Map.Entry<Spans, List<Integer>> set : video.entrySet()) {
            set(period, set.getValue(), set.getKey());
        }
        for (int track : period.tracks(Track.Kind.AUDIO)) {
            set(period, List.of(track), period.spans(track));
        }
        out.writeEndElement();
    }

    /** 5.3.3.2: tracks that players may switch between, under a number that stays the same for all updates. */
    private void set(DashPeriod period, List<Integer> tracks, Spans spans) throws XMLStreamException {
        boolean video = period.epoch().tracks().get(tracks.getFirst()).isVideo();
        start("AdaptationSet");
        with("id", 1 + tracks.getFirst());
        with("contentType", video ? "video" : "audio");
        with("mimeType", video ? "video/mp4" : "audio/mp4");
        with("segmentAlignment", true);
        with("startWithSAP", 1);
        if (!video) {
            empty("AudioChannelConfiguration");
        with("schemeIdUri", "urn:mpeg:dash:23003:3:audio_channel_configuration:2011");
        with("value", 2);
        }
        template(period, spans);
        for (int track : tracks) {
            representation(period.epoch().tracks().get(track));
        }
        out.writeEndElement();
    }

    /** 5.3.9.4.2 and 5.3.9.6. */
    private void template(DashPeriod period, Spans spans) throws XMLStreamException {
        start("SegmentTemplate");
        with("timescale", spans.timescale());
        with("presentationTimeOffset", Math.floorDiv(period.start() * spans.timescale(), MILLIS));
        with(
                        "initialization",
                        pass.on("$RepresentationID$/" + LivePath.initFile(period.epoch().start())));
        with("media", pass.on("$RepresentationID$/$Time$" + LivePath.SEGMENT));
        start("SegmentTimeline");
        List<Span> all = spans.spans();
        int at = 0;
        while (at < all.size()) {
            Span first = all.get(at);
            int next = at + 1;
            while (next < all.size() && repeats(all.get(next - 1), all.get(next))) {
                next++;
            }
            empty("S");
            if (at == 0 || all.get(at - 1).end() != first.time()) {
                with("t", first.time());
            }
            with("d", first.duration());
            if (next - at > 1) {
                with("r", next - at - 1);
            }
            at = next;
        }
        out.writeEndElement();
        out.writeEndElement();
    }

    private void start(String element) throws XMLStreamException {
        out.writeStartElement(element);
    }

    private void empty(String element) throws XMLStreamException {
        out.writeEmptyElement(element);
    }

    private void with(String attribute, Object value) throws XMLStreamException {
        out.writeAttribute(attribute, value.toString());
    }

    private static boolean repeats(Span before, Span span) {
        return span.time() == before.end() && span.duration() == before.duration();
    }

    /** 5.3.5.2. */
    private void representation(Track track) throws XMLStreamException {
        empty("Representation");
        with("id", track.name());
        with("codecs", track.codec());
        if (track.isVideo()) {
            with("width", track.width());
        with("height", track.height());
        with("frameRate", rate(track.frameRate()));
        } else {
            with("audioSamplingRate", track.timescale());
        }
        with("bandwidth", Bitrates.of(timeline, track.name()).bound(track));
    }

    /** When the last segment ends, in milliseconds since 1970, rounded up. */
    private long end() {
        long end = 0;
        for (Epoch epoch : timeline.epochs()) {
            for (int track = 0;
                    track < epoch.tracks().size() && !epoch.windows().isEmpty();
                    track++) {
                Segment last = epoch.windows().getLast().segments().get(track);
                int timescale = epoch.tracks().get(track).timescale();
                end = Math.max(end, Math.ceilDiv(last.end() * MILLIS, timescale));
            }
        }
        return end;
    }

    /** As in XML Schema, in seconds. */
    private static String duration(long millis) {
        return "PT" + BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString() + "S";
    }

    /** A whole number, or a fraction: 30000/1001 for 29.97. */
    private static String rate(double rate) {
        long whole = Math.round(rate);
        if (Math.abs(rate - whole) < 0.001) {
            return Long.toString(whole);
        }
        if (Math.abs(rate - whole * MILLIS / 1001.0) < 0.005) {
            return whole * MILLIS + "/1001";
        }
        return Math.round(rate * MILLIS) + "/" + MILLIS;
    }
}
