package io.xg2g.service;

import static io.xg2g.service.WatchedChannel.awaitSegments;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.http.FreePort;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program is killed and restarted during playback. */
class LiveRestartIT {
    /** Longer than a shutdown that does not wait for streams, on any machine. */
    private static final Duration GRACE = Duration.ofMinutes(3);

    private static final Pattern LOCATION =
            Pattern.compile("<Location>(manifest\\.mpd\\?start=(\\d+)&amp;periods=(\\d+)-[0-9a-f]+)[^<]*</Location>");

    @TempDir
    Path directory;

    @Test
    void playersContinueAfterAKillAndAShutdownIsPrompt() throws Exception {
        int port = FreePort.any();
        int management = FreePort.any();
        try (TsServer source = TsServer.start(Clips.mpeg2())) {
            List<ProcessHandle> orphans;
            HlsViewer viewer;
            MatchResult playback;
            try (RunningService first = service(port, management)) {
                assertThat(LiveChannels.add(first, "tv", source.uri().toString())
                                .statusCode())
                        .isEqualTo(201);
                viewer = HlsViewer.watch(first, "tv");
                awaitSegments(viewer, 4);
                playback = playback(first);
                orphans = first.encoders();
                assertThat(orphans).isNotEmpty();
                first.process().destroyForcibly().onExit().join();
            }
            long number = viewer.video().number();
            long discontinuity = viewer.video().discontinuity();
            int segments = viewer.video().segments();
            assertThat(discontinuity).as("counts from 0").isLessThan(100);
            try (viewer;
                    RunningService second = service(port, management)) {
                assertKnownUrlsAnswer(second, number, discontinuity, playback);
                awaitSegments(viewer, segments + 4);

                assertThat(viewer.video().number()).isGreaterThan(number);
                assertThat(viewer.video().discontinuity()).isBetween(discontinuity + 1, discontinuity + 100);
                assertThat(viewer.video().discontinuities()).isEqualTo(1);
                assertThat(viewer.violations()).isEmpty();
                assertThat(orphans).noneMatch(ProcessHandle::isAlive);
                assertPromptEnd(second);
            }
            Awaitility.await("the source is left alone").until(() -> source.readers() == 0);
        }
    }

    /** The URLs that players hold are answered with sequences that go on, whatever the channel publishes now. */
    private static void assertKnownUrlsAnswer(
            RunningService service, long number, long discontinuity, MatchResult playback) {
        for (String rendition : List.of("source", "1080p", "720p", "480p", "audio")) {
            for (String query : List.of("", "?_HLS_msn=" + (number + 1))) {
                HttpResponse<String> answer =
                        RunningService.get(service.api("/live/tv/" + rendition + "/media.m3u8" + query));
                assertThat(answer.statusCode()).as(rendition + query).isEqualTo(200);
                assertThat(sequence(answer, "#EXT-X-MEDIA-SEQUENCE:")).isGreaterThan(number);
                assertThat(sequence(answer, "#EXT-X-DISCONTINUITY-SEQUENCE:")).isGreaterThan(discontinuity);
            }
        }
        assertThat(RunningService.get(service.api("/live/tv/master.m3u8")).statusCode())
                .isEqualTo(200);
        HttpResponse<String> manifest =
                RunningService.get(service.api("/live/tv/" + playback.group(1).replace("&amp;", "&")));
        assertThat(manifest.statusCode()).isEqualTo(200);
        Instant start = Instant.ofEpochMilli(Long.parseLong(playback.group(2)));
        assertThat(manifest.body())
                .contains("availabilityStartTime=\"" + start + "\"")
                .contains("<Period id=\"p" + playback.group(3) + "\"")
                .contains("<Location>manifest.mpd?start=" + playback.group(2) + "&amp;");
        // The receiver has not answered since the start, so its channels may exist.
        HttpResponse<String> unread = RunningService.get(service.api("/live/box-1_0_19_132f/master.m3u8"));
        assertThat(unread.statusCode()).isEqualTo(503);
        assertThat(unread.headers().firstValue("Retry-After")).contains("2");
        assertThat(RunningService.get(service.api("/live/other/master.m3u8")).statusCode())
                .isEqualTo(404);
    }

    private static long sequence(HttpResponse<String> playlist, String tag) {
        return playlist.body()
                .lines()
                .filter(line -> line.startsWith(tag))
                .mapToLong(line -> Long.parseLong(line.substring(tag.length())))
                .findFirst()
                .orElseThrow();
    }

    /** Begins a playback of DASH; returns the address of its updates, its start, and its newest period. */
    private static MatchResult playback(RunningService service) {
        String manifest =
                RunningService.get(service.api("/live/tv/manifest.mpd")).body();
        Matcher location = LOCATION.matcher(manifest);
        assertThat(location.find()).as(manifest).isTrue();
        return location.toMatchResult();
    }

    private static void assertPromptEnd(RunningService service) throws Exception {
        int before = viewers(service);
        List<AtomicLong> read = new ArrayList<>();
        List<CompletableFuture<Void>> streams = new ArrayList<>();
        for (String what : List.of("stream.ts", "stream.ts?mode=audio_proxy", "stream.ts?mode=gpu", "audio.aac")) {
            AtomicLong bytes = new AtomicLong();
            read.add(bytes);
            streams.add(CompletableFuture.runAsync(() -> read(service, what, bytes), Thread::startVirtualThread));
        }
        Awaitility.await("they all watch").until(() -> viewers(service) >= before + streams.size());
        Awaitility.await("each of them has read something")
                .until(() -> read.stream().allMatch(bytes -> bytes.get() > 0));
        List<ProcessHandle> children = service.encoders();
        URI segment = newestSegment(service);
        CompletableFuture<Set<Integer>> statuses = new CompletableFuture<>();
        CountDownLatch answered = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> statuses.complete(statusesUntilTheEnd(segment, answered)));
        assertThat(answered.await(Patience.seconds(10).toSeconds(), TimeUnit.SECONDS))
                .as("the segment is answered")
                .isTrue();

        service.process().destroy();

        assertThat(service.process().waitFor(GRACE.dividedBy(2).toSeconds(), TimeUnit.SECONDS))
                .as("the shutdown takes less than half the grace time:\n%s", service.log())
                .isTrue();
        assertThat(children).noneMatch(ProcessHandle::isAlive);
        assertThat(service.remainingFiles()).isEmpty();
        // A player does not repeat a request that is answered with 404.
        assertThat(statuses.get(Patience.seconds(10).toSeconds(), TimeUnit.SECONDS))
                .contains(200)
                .isSubsetOf(200, 503);
        for (CompletableFuture<Void> stream : streams) {
            stream.get(Patience.seconds(10).toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static URI newestSegment(RunningService service) {
        return service.api("/live/tv/source/"
                + RunningService.get(service.api("/live/tv/source/media.m3u8"))
                        .body()
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .toList()
                        .getLast());
    }

    /** The statuses with which a segment is answered until the service has ended. */
    private static Set<Integer> statusesUntilTheEnd(URI segment, CountDownLatch answered) {
        Set<Integer> statuses = new TreeSet<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (true) {
                statuses.add(client.send(HttpRequest.newBuilder(segment).build(), BodyHandlers.discarding())
                        .statusCode());
                answered.countDown();
                // Within the rate limit.
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (IOException | InterruptedException ended) {
            return statuses;
        }
    }

    private static int viewers(RunningService service) {
        return new JsonObject(
                        RunningService.get(service.api("/api/v1/streams/tv")).body())
                .getInteger("viewers");
    }

    /** Counts the bytes until the end. */
    private static void read(RunningService service, String what, AtomicLong bytes) {
        HttpResponse<InputStream> answer = RunningService.send(
                HttpRequest.newBuilder(service.api("/live/tv/" + what)).build(), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).as(what).isEqualTo(200);
        byte[] buffer = new byte[65_536];
        try (InputStream in = answer.body()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes.addAndGet(n);
            }
        } catch (IOException cut) {
            throw new AssertionError(what + " was cut off instead of ended", cut);
        }
    }

    private RunningService service(int port, int management) {
        return RunningService.start(
                directory.resolve("work"),
                Map.of(
                        "xg2g.receivers.box.url", "http://127.0.0.1:" + FreePort.any(),
                        "quarkus.http.port", Integer.toString(port),
                        "quarkus.management.port", Integer.toString(management),
                        "xg2g.shutdown-grace", GRACE.toSeconds() + "s",
                        "xg2g.live.channels-file",
                                directory.resolve("channels.json").toString()));
    }
}
