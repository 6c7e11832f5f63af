package io.xg2g.delivery;

import io.xg2g.channel.LivePath;
import io.xg2g.channel.PlaybackPass;
import io.xg2g.delivery.DashPeriod.Span;
import io.xg2g.delivery.DashPeriod.Spans;
import io.xg2g.media.LanguageCode;
import io.xg2g.packaging.AudioRendition;
import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writer of a channel's DASH manifest (ISO/IEC 23009-1, live profile). Media time is UTC, presentation time counts from
 * {@code availabilityStartTime}, which is constant for a playback: in every period {@code start} and
 * {@code presentationTimeOffset} denote the same time, so that updates never move segments. URLs are relative to that of
 * the manifest.
 */
public final class DashManifest {
    /** Query parameter that carries the start of a playback through its updates. */
    static final String START = "start";

    /** Query parameter that carries the periods of a player through its updates. */
    static final String PERIODS = "periods";

    private static final int MILLIS = 1000;

    private static final String ROLE = "urn:mpeg:dash:role:2011";

    /** Purpose of audio (ETSI TS 102 822-3-1): 1 for the visually, 2 for the hearing impaired. */
    private static final String AUDIO_PURPOSE = "urn:tva:metadata:cs:AudioPurposeCS:2007";

    /**
     * Time from the start of a playback to the start of its oldest period. Audio starts up to a frame before its period;
     * players read its presentation time as unsigned.
     */
    private static final long LEAD_MILLIS = 100;

    /** Distance of a player from the end: three windows of the default length. */
    private static final Duration DELAY = Duration.ofSeconds(6);

    /** What {@code dashdemux2} buffers before it plays. */
    private static final Duration GSTREAMER_BUFFER = Duration.ofSeconds(30);

    /** The playback of all players of a file. */
    private static final DashPlayback FROM_1970 = new DashPlayback(OptionalLong.of(0), Optional.empty(), false);

    private static final XMLOutputFactory XML = XMLOutputFactory.newDefaultFactory();

    private final Timeline timeline;
    private final PlaybackPass pass;

    private final List<DashPeriod> periods;

    private final KnownPeriods known;

    /** Whether the manifest is a file, whose time is that of its server and not that of its publication. */
    private final boolean file;

    /** Time of presentation time 0, in milliseconds since 1970. */
    private final long start;

    private final boolean gstreamer;

    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter out;

    private DashManifest(
            Timeline timeline, KnownPeriods.Listing listing, PlaybackPass pass, boolean file, DashPlayback playback)
            throws XMLStreamException {
        this.timeline = timeline;
        this.periods = listing.periods();
        this.known = listing.known();
        this.pass = pass;
        this.file = file;
        this.start = playback.start().orElseThrow();
        this.gstreamer = playback.gstreamer();
        this.out = XML.createXMLStreamWriter(text);
    }

    /**
     * Writes the manifest (5.3.1.2).
     *
     * @param now publish time, also used for clock synchronization of players
     * @param timeShiftBuffer time shift buffer depth
     * @param pass token of the URLs
     * @throws IllegalArgumentException if there are no segments
     */
    static String write(
            Timeline timeline, Instant now, Duration timeShiftBuffer, PlaybackPass pass, DashPlayback playback) {
        List<DashPeriod> periods = periods(timeline);
        if (periods.isEmpty()) {
            throw new IllegalArgumentException("the timeline has no segments");
        }
        long latest = periods.getFirst().start() - LEAD_MILLIS;
        return write(timeline, periods, now, timeShiftBuffer, pass, false, playback.startedBy(latest));
    }

    /**
     * Writes the manifest for a server of files, without token; players take the time from the server's {@code Date} header.
     * All playbacks share it, also after a restart of the program, so its times count from 1970.
     *
     * @param now publish time
     * @param timeShiftBuffer time shift buffer depth
     * @return empty if there are no segments
     */
    public static Optional<String> writeFile(Timeline timeline, Instant now, Duration timeShiftBuffer) {
        List<DashPeriod> periods = periods(timeline);
        return periods.isEmpty()
                ? Optional.empty()
                : Optional.of(write(timeline, periods, now, timeShiftBuffer, PlaybackPass.NONE, true, FROM_1970));
    }

    private static List<DashPeriod> periods(Timeline timeline) {
        return timeline.epochs().stream()
                .flatMap(epoch -> DashPeriod.of(epoch).stream())
                .toList();
    }

    private static String write(
            Timeline timeline,
            List<DashPeriod> periods,
            Instant now,
            Duration timeShiftBuffer,
            PlaybackPass pass,
            boolean file,
            DashPlayback playback) {
        long since = now.minus(timeShiftBuffer).toEpochMilli();
        KnownPeriods.Listing listing =
                KnownPeriods.list(periods, playback.known(), playback.start().orElseThrow(), since);
        try {
            return new DashManifest(timeline, listing, pass, file, playback)
                    .write(now.truncatedTo(ChronoUnit.MILLIS), timeShiftBuffer);
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException("a manifest cannot be written to memory", impossible);
        }
    }

    private String write(Instant now, Duration timeShiftBuffer) throws XMLStreamException {
        out.writeStartDocument("UTF-8", "1.0");
        start("MPD");
        out.writeDefaultNamespace("urn:mpeg:dash:schema:mpd:2011");
        attribute("profiles", "urn:mpeg:dash:profile:isoff-live:2011");
        attribute("type", "dynamic");
        attribute("availabilityStartTime", Instant.ofEpochMilli(start));
        attribute("publishTime", now);
        attribute("minBufferTime", duration((long) timeline.targetDurationSeconds() * MILLIS));
        attribute("timeShiftBufferDepth", duration(timeShiftBuffer.toMillis()));
        attribute(
                "suggestedPresentationDelay",
                duration(presentationDelay(timeShiftBuffer).toMillis()));
        if (timeline.ended()) {
            attribute("mediaPresentationDuration", duration(end() - start));
        } else {
            // Half a window: a player that starts with two windows must learn of the third before it has played them.
            attribute("minimumUpdatePeriod", "PT1S");
        }
        if (!file) {
            // 5.3.1.2: updates are requested with the start, the periods and the token of this playback.
            start("Location");
            out.writeCharacters(pass.on(LivePath.MANIFEST + "?" + START + "=" + start + "&" + PERIODS + "=" + known));
            out.writeEndElement();
        }
        for (DashPeriod period : periods) {
            period(period);
        }
        empty("UTCTiming");
        attribute("schemeIdUri", file ? "urn:mpeg:dash:utc:http-head:2014" : "urn:mpeg:dash:utc:direct:2014");
        attribute("value", file ? LivePath.MANIFEST : now);
        out.writeEndDocument();
        out.close();
        return text.toString();
    }

    private Duration presentationDelay(Duration timeShiftBuffer) {
        if (!gstreamer) {
            return DELAY;
        }
        Duration half = timeShiftBuffer.dividedBy(2);
        return half.compareTo(GSTREAMER_BUFFER) < 0 ? half : GSTREAMER_BUFFER;
    }

    /** Writes a period (5.3.2.2). */
    private void period(DashPeriod period) throws XMLStreamException {
        Map<Spans, List<Integer>> video = new LinkedHashMap<>();
        for (int track : period.tracks(Track.Kind.VIDEO)) {
            video.computeIfAbsent(period.spans(track), same -> new ArrayList<>())
                    .add(track);
        }
        start("Period");
        attribute("id", "p" + period.start());
        attribute("start", duration(period.start() - start));
        for (Map.Entry<Spans, List<Integer>> set : video.entrySet()) {
            set(period, set.getValue(), set.getKey());
        }
        for (int track : period.tracks(Track.Kind.AUDIO)) {
            set(period, List.of(track), period.spans(track));
        }
        out.writeEndElement();
    }

    /**
     * Writes an adaptation set (5.3.3.2): tracks that players may switch between; its id is the same in all updates.
     */
    private void set(DashPeriod period, List<Integer> tracks, Spans spans) throws XMLStreamException {
        Track first = period.epoch().tracks().get(tracks.getFirst());
        boolean video = first.isVideo();
        start("AdaptationSet");
        attribute("id", 1 + tracks.getFirst());
        attribute("contentType", video ? "video" : "audio");
        attribute("mimeType", video ? "video/mp4" : "audio/mp4");
        attribute("segmentAlignment", true);
        attribute("startWithSAP", 1);
        if (!video) {
            audio(first);
        }
        template(period, spans);
        for (int track : tracks) {
            representation(period.epoch().tracks().get(track));
        }
        out.writeEndElement();
    }

    /** Writes the language, the channels and the purpose of an audio track (5.3.3.2, 5.3.7.2, 5.8.5.5). */
    private void audio(Track track) throws XMLStreamException {
        Track.Audio audio = track.audioOrUnknown();
        boolean main = track.name().equals(AudioRendition.NAME);
        if (!audio.info().language().isEmpty()) {
            attribute("lang", LanguageCode.tag(audio.info().language()));
        }
        descriptor(
                "AudioChannelConfiguration",
                "urn:mpeg:dash:23003:3:audio_channel_configuration:2011",
                Integer.toString(audio.channels()));
        start("Label");
        out.writeCharacters(AudioGroup.name(track));
        out.writeEndElement();
        switch (audio.info().role()) {
            case DESCRIPTION -> {
                descriptor("Accessibility", AUDIO_PURPOSE, "1");
                descriptor("Role", ROLE, "description");
            }
            case HEARING_IMPAIRED -> {
                descriptor("Accessibility", AUDIO_PURPOSE, "2");
                descriptor("Role", ROLE, "alternate");
            }
            case MAIN, EFFECTS -> descriptor("Role", ROLE, main ? "main" : "alternate");
        }
    }

    private void descriptor(String element, String scheme, String value) throws XMLStreamException {
        empty(element);
        attribute("schemeIdUri", scheme);
        attribute("value", value);
    }

    /** Writes the segment template and timeline (5.3.9.4.2, 5.3.9.6). */
    private void template(DashPeriod period, Spans spans) throws XMLStreamException {
        start("SegmentTemplate");
        attribute("timescale", spans.timescale());
        long offset = period.offset(spans.timescale());
        attribute("presentationTimeOffset", offset);
        attribute(
                "initialization",
                pass.on("$RepresentationID$/" + LivePath.initFile(period.epoch().start())));
        attribute("media", pass.on("$RepresentationID$/$Time$" + LivePath.SEGMENT));
        start("SegmentTimeline");
        List<Span> all = spans.spans();
        Span oldest = all.getFirst();
        if (gstreamer && oldest.time() - offset >= oldest.duration()) {
            empty("S");
            attribute("t", offset);
            attribute("d", oldest.duration());
        }
        int at = 0;
        while (at < all.size()) {
            Span first = all.get(at);
            int next = at + 1;
            while (next < all.size() && repeats(all.get(next - 1), all.get(next))) {
                next++;
            }
            empty("S");
            if (at == 0 || all.get(at - 1).end() != first.time()) {
                attribute("t", first.time());
            }
            attribute("d", first.duration());
            if (next - at > 1) {
                attribute("r", next - at - 1);
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

    private void attribute(String attribute, Object value) throws XMLStreamException {
        out.writeAttribute(attribute, value.toString());
    }

    private static boolean repeats(Span before, Span span) {
        return span.time() == before.end() && span.duration() == before.duration();
    }

    /** Writes a representation (5.3.5.2). */
    private void representation(Track track) throws XMLStreamException {
        empty("Representation");
        attribute("id", track.name());
        attribute("codecs", track.codec());
        if (track.isVideo()) {
            attribute("width", track.width());
            attribute("height", track.height());
            attribute("frameRate", rate(track.frameRate()));
        } else {
            attribute("audioSamplingRate", track.timescale());
        }
        attribute("bandwidth", Bitrates.of(timeline, track.name()).bound(track));
    }

    /** Returns the end of the last segment, in milliseconds since 1970, rounded up. */
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

    /** Formats an XML Schema duration, in seconds. */
    private static String duration(long millis) {
        return "PT" + BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString() + "S";
    }

    /** Formats a frame rate as an integer or a fraction: 30000/1001 for 29.97. */
    private static String rate(double rate) {
        long rounded = Math.round(rate);
        if (Math.abs(rate - rounded) < 0.001) {
            return Long.toString(rounded);
        }
        if (Math.abs(rate - rounded * MILLIS / 1001.0) < 0.005) {
            return rounded * MILLIS + "/1001";
        }
        return Math.round(rate * MILLIS) + "/" + MILLIS;
    }
}
