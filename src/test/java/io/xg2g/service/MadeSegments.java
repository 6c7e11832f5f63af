package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Segments and init segments of channels as a program serves them, by name. Used by one thread. */
final class MadeSegments {
    private static final long PAUSE_SECONDS = 3;

    private final int channels;
    private final int lostByKill;
    private final Map<String, byte[]> made = new HashMap<>();

    /** By track, the segments in their order. */
    private final Map<String, List<String>> tracks = new HashMap<>();

    /** What a kill may have cost. */
    private final Set<String> uncertain = new HashSet<>();

    /**
     * Creates an empty collection.
     *
     * @param channels number of channels, with the ids c0, c1 and so on
     * @param lostByKill number of segments of a track that a kill may cost
     */
    MadeSegments(int channels, int lostByKill) {
        this.channels = channels;
        this.lostByKill = lostByKill;
    }

    /** Fetches what is made during a time. */
    void collect(RunningService service, Duration duration) throws InterruptedException {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() - end < 0) {
            fetch(service);
            TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
        }
        fetch(service);
    }

    /** Fetches what is there, before the program is killed. */
    void beforeKill(RunningService service) {
        fetch(service);
        tracks.values()
                .forEach(track ->
                        uncertain.addAll(track.subList(Math.max(0, track.size() - lostByKill), track.size())));
    }

    private void fetch(RunningService service) {
        for (int channel = 0; channel < channels; channel++) {
            String directory = "c" + channel + "/";
            HttpResponse<String> master = RunningService.get(service.api("/live/" + directory + "master.m3u8"));
            if (master.statusCode() == 200) {
                for (String playlist : UploadedChannel.uris(master.body())) {
                    fetchTrack(service, directory + playlist);
                }
            }
        }
    }

    private void fetchTrack(RunningService service, String playlist) {
        HttpResponse<String> media = RunningService.get(service.api("/live/" + playlist));
        if (media.statusCode() != 200) {
            return;
        }
        for (String uri : UploadedChannel.uris(UploadedChannel.withoutGaps(media.body()))) {
            String name = URI.create("/" + playlist).resolve(uri).getPath().substring(1);
            if (!made.containsKey(name)) {
                HttpResponse<byte[]> segment = RunningService.send(
                        HttpRequest.newBuilder(service.api("/live/" + name)).build(), BodyHandlers.ofByteArray());
                if (segment.statusCode() == 200) {
                    made.put(name, segment.body());
                    if (name.endsWith(".m4s")) {
                        tracks.computeIfAbsent(playlist, _ -> new ArrayList<>()).add(name);
                    }
                }
            }
        }
    }

    /** Returns the number of segments. */
    int size() {
        return (int)
                made.keySet().stream().filter(name -> name.endsWith(".m4s")).count();
    }

    /** Returns what has not arrived, and was not lost by a kill. */
    Set<String> missing(Map<String, byte[]> arrived) {
        Set<String> missing = new HashSet<>(made.keySet());
        missing.removeAll(arrived.keySet());
        missing.removeAll(uncertain);
        return missing;
    }

    /** Returns the number of segments that a kill has cost. */
    int lost(Map<String, byte[]> arrived) {
        Set<String> lost = new HashSet<>(uncertain);
        lost.removeAll(arrived.keySet());
        return lost.size();
    }

    /** Checks that what was made has arrived as it is. */
    void assertSame(Map<String, byte[]> arrived) {
        assertThat(missing(arrived)).isEmpty();
        made.forEach((name, content) -> {
            if (arrived.containsKey(name)) {
                assertThat(arrived.get(name)).as(name).isEqualTo(content);
            }
        });
    }
}
