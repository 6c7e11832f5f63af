package io.xg2g.service;

import io.xg2g.media.FragmentedMp4;
import io.xg2g.media.MalformedMedia;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * HLS player model without output: follows the first rendition of the multivariant playlist and the audio by blocking
 * reload, fetches every segment at once, and records every violation in a playlist or segment. It continues after errors
 * until it is closed. A model of a buffer of 6 s detects stalls.
 */
final class HlsViewer implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration PATIENCE = Patience.seconds(25);

    private final URI channel;
    private final List<String> headers;
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
    private final TrackReader video;
    private final TrackReader audio;
    private volatile boolean closed;

    /** An entry of a playlist. */
    private record Entry(
            long number, long discontinuity, String file, String init, double seconds, Instant at, boolean gap) {}

    private HlsViewer(URI channel, int rendition, String... headers) {
        this.channel = channel;
        this.headers = List.of(headers);
        this.video = new TrackReader(rendition);
        this.audio = new TrackReader(-1);
        List.of(video, audio).forEach(reader -> threads.add(Thread.ofVirtual().start(reader::follow)));
    }

    /** Starts playback. */
    static HlsViewer watch(RunningService service, String channel) {
        return watch(service.api("/live/" + channel + "/"));
    }

    /** Starts playback of the channel with this base URL, with these headers in each request. */
    static HlsViewer watch(URI channel, String... headers) {
        return new HlsViewer(channel, 0, headers);
    }

    /** Starts playback of a rendition, counted from the highest; the last one if there are fewer. */
    static HlsViewer watch(RunningService service, String channel, int rendition) {
        return new HlsViewer(service.api("/live/" + channel + "/"), rendition);
    }

    /** Starts playback with an API token. */
    static HlsViewer watchWithToken(RunningService service, String channel, String token) {
        return new HlsViewer(service.api("/live/" + channel + "/"), 0, "Authorization", "Bearer " + token);
    }

    /** The video track, or the audio track of a channel without video. */
    TrackReader video() {
        return video;
    }

    TrackReader audio() {
        return audio;
    }

    /** Violations. */
    List<String> violations() {
        synchronized (violations) {
            return List.copyOf(violations);
        }
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpResponse<byte[]> get(URI uri) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        return HTTP.send(request.build(), BodyHandlers.ofByteArray());
    }

    /** Reader of one track. */
    final class TrackReader {
        private final int rendition;
        private final TreeMap<Long, String> known = new TreeMap<>();
        private volatile URI playlist;
        private volatile long number = -1;
        private volatile long discontinuity = -1;
        private final PlayerBufferModel buffer = new PlayerBufferModel();
        private volatile int segments;
        private volatile int gaps;
        private volatile int discontinuities;
        private volatile int inits;
        private volatile int failures;
        private volatile String failure = "";
        private long sequence = -1;
        private long discontinuitySequence = -1;
        private String init = "";
        private int timescale;
        private long end = -1;
        private Instant endsAt = Instant.EPOCH;

        private TrackReader(int rendition) {
            this.rendition = rendition;
        }

        /** The latest media sequence number. */
        long number() {
            return number;
        }

        /** Its discontinuity sequence number. */
        long discontinuity() {
            return discontinuity;
        }

        /** Number of fetched segments. */
        int segments() {
            return segments;
        }

        int gaps() {
            return gaps;
        }

        /** Number of discontinuities. */
        int discontinuities() {
            return discontinuities;
        }

        /** Number of init segments, one for each epoch. */
        int inits() {
            return inits;
        }

        /** Number of requests without status 200. */
        int failures() {
            return failures;
        }

        /** Status and body of the latest failure, or its exception. */
        String failure() {
            return failure;
        }

        /** Number of stalls so far. */
        int stalls() {
            return buffer.stalls();
        }

        /** The buffer that its segments fill. */
        PlayerBufferModel buffer() {
            return buffer;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s: number %d, %d segments, %d gaps, %d breaks, %d stalls of %.1f s, %d failures (%s)",
                    playlist,
                    number,
                    segments,
                    gaps,
                    discontinuities,
                    stalls(),
                    buffer.stalledSeconds(),
                    failures,
                    failure);
        }

        private void addViolation(String what) {
            violations.add(Instant.now() + " " + playlist + ": " + what);
        }

        private void follow() {
            while (!closed) {
                try {
                    if (playlist == null) {
                        choose();
                    } else {
                        reload();
                    }
                } catch (IOException broken) {
                    failed(broken.toString());
                } catch (InterruptedException ended) {
                    return;
                } catch (RuntimeException | MalformedMedia wrong) {
                    addViolation("cannot be read: " + wrong);
                    return;
                }
            }
        }

        private void failed(String what) {
            failures++;
            failure = what;
            try {
                Thread.sleep(200);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }

        private void choose() throws IOException, InterruptedException {
            HttpResponse<byte[]> master = get(channel.resolve("master.m3u8"));
            if (master.statusCode() != 200) {
                failed(master.statusCode() + " " + text(master));
                return;
            }
            List<String> variants = text(master)
                    .lines()
                    .filter(line -> line.endsWith("/media.m3u8"))
                    .toList();
            String wanted = rendition < 0
                    ? text(master).contains("audio/media.m3u8") ? "audio/media.m3u8" : variants.getFirst()
                    : variants.get(Math.min(rendition, variants.size() - 1));
            playlist = channel.resolve(wanted);
        }

        private void reload() throws IOException, InterruptedException, MalformedMedia {
            URI address = number < 0 ? playlist : playlist.resolve("media.m3u8?_HLS_msn=" + (number + 1));
            HttpResponse<byte[]> answer = get(address);
            if (answer.statusCode() != 200) {
                failed(answer.statusCode() + " " + text(answer));
                // As after a restart, which may have other renditions.
                playlist = answer.statusCode() == 404 ? null : playlist;
                return;
            }
            List<Entry> entries = parse(text(answer));
            if (number >= 0
                    && entries.getLast().number() <= number
                    && !text(answer).contains("ENDLIST")) {
                failed("nothing new for the length of a blocking reload");
            }
            if (text(answer).contains("ENDLIST")) {
                failed("the channel has stopped");
            }
            if (number < 0 && entries.size() > 3) {
                entries = entries.subList(entries.size() - 3, entries.size());
            }
            for (Entry entry : entries) {
                if (entry.number() > number) {
                    take(entry);
                }
            }
        }

        private List<Entry> parse(String text) {
            List<Entry> entries = new ArrayList<>();
            long next = 0;
            long run = 0;
            String map = "";
            double seconds = 0;
            Instant at = Instant.EPOCH;
            boolean gap = false;
            for (String line : text.lines().toList()) {
                String value = line.substring(line.indexOf(':') + 1);
                if (line.startsWith("#EXT-X-MEDIA-SEQUENCE:")) {
                    next = Long.parseLong(value);
                    sequence = checkNotLess("the media sequence", sequence, next);
                } else if (line.startsWith("#EXT-X-DISCONTINUITY-SEQUENCE:")) {
                    run = Long.parseLong(value);
                    discontinuitySequence = checkNotLess("the discontinuity sequence", discontinuitySequence, run);
                } else if (line.equals("#EXT-X-DISCONTINUITY")) {
                    run++;
                } else if (line.startsWith("#EXT-X-MAP:")) {
                    map = line.substring(line.indexOf('"') + 1, line.lastIndexOf('"'));
                } else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME:")) {
                    at = Instant.parse(value);
                } else if (line.equals("#EXT-X-GAP")) {
                    gap = true;
                } else if (line.startsWith("#EXTINF:")) {
                    seconds = Double.parseDouble(value.substring(0, value.indexOf(',')));
                } else if (!line.startsWith("#")) {
                    entries.add(new Entry(next++, run, line, map, seconds, at, gap));
                    gap = false;
                }
            }
            entries.forEach(this::unchanged);
            return entries;
        }

        private long checkNotLess(String what, long before, long now) {
            if (now < before) {
                addViolation(what + " went back from " + before + " to " + now);
            }
            return now;
        }

        private void unchanged(Entry entry) {
            String now = entry.file() + " of run " + entry.discontinuity();
            String before = known.put(entry.number(), now);
            if (before != null && !before.equals(now)) {
                addViolation("number " + entry.number() + " was " + before + " and is " + now);
            }
        }

        private void take(Entry entry) throws IOException, InterruptedException, MalformedMedia {
            boolean newRun = entry.discontinuity() != discontinuity;
            if (number >= 0 && entry.number() != number + 1 && !newRun) {
                addViolation("after " + number + " comes " + entry.number());
            }
            if (entry.at().isBefore(endsAt.minusMillis(2))) {
                addViolation("at " + entry.number() + " the time goes back from " + endsAt + " to " + entry.at());
            }
            if (number >= 0 && newRun) {
                discontinuities++;
                end = -1;
            }
            if (entry.gap()) {
                gaps++;
                end = -1;
            } else {
                fetch(entry);
            }
            number = entry.number();
            discontinuity = entry.discontinuity();
            endsAt = entry.at().plusNanos((long) (entry.seconds() * 1e9));
        }

        private void fetch(Entry entry) throws IOException, InterruptedException, MalformedMedia {
            if (!init.equals(playlist + entry.init())) {
                HttpResponse<byte[]> head = get(playlist.resolve(entry.init()));
                if (head.statusCode() != 200) {
                    addViolation(entry.init() + " is listed and answered with " + head.statusCode());
                    return;
                }
                timescale = timescale(head.body());
                init = playlist + entry.init();
                inits++;
                // Decode times of other video can begin before their presentation times.
                end = -1;
            }
            HttpResponse<byte[]> segment = get(playlist.resolve(entry.file()));
            if (segment.statusCode() != 200) {
                addViolation(entry.file() + " is listed and answered with " + segment.statusCode());
                return;
            }
            long duration = FragmentedMp4.fragment(segment.body()).duration();
            List<FragmentedMp4.Sample> samples = FragmentedMp4.samples(segment.body());
            long begin = samples.getFirst().dts();
            long shown =
                    samples.stream().mapToLong(FragmentedMp4.Sample::pts).min().orElseThrow();
            if (!entry.file().endsWith(begin + ".m4s") && !entry.file().endsWith(shown + ".m4s")) {
                addViolation(entry.file() + " begins at " + begin + ", shown at " + shown);
            }
            if (end >= 0 && begin != end) {
                addViolation(entry.file() + " begins at " + begin + ", the one before ends at " + end);
            }
            if (Math.abs(duration - entry.seconds() * timescale) > 1) {
                addViolation(entry.file() + " lasts " + duration + ", not " + entry.seconds() + " s");
            }
            if (!samples.getFirst().sync()) {
                addViolation(entry.file() + " does not start with a keyframe");
            }
            end = begin + duration;
            buffer.arrived((double) duration / timescale);
            segments++;
        }

        private static int timescale(byte[] init) {
            // ISO/IEC 14496-12, 8.4.2: version 0 has two times of 4 bytes before the time scale, version 1 of 8.
            int at = new String(init, StandardCharsets.ISO_8859_1).indexOf("mdhd") + 4;
            return ByteBuffer.wrap(init).getInt(at + (init[at] == 0 ? 12 : 20));
        }

        /** The body without the playback tokens that the viewer does not need. */
        private static String text(HttpResponse<byte[]> answer) {
            return new String(answer.body(), StandardCharsets.UTF_8).replaceAll("\\?token=[^\\s\"]+", "");
        }
    }
}
