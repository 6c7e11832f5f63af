package io.xg2g.dispatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Naive model of {@link ActiveStreams}: every charge is stored, and all are added up for every query. */
final class NaiveStreams {
    private static final long WINDOW = 30_000_000_000L;

    private record Stream(String client, String name) {}

    private record Charge(long at, long media) {}

    private final Map<Stream, Long> lastCompleted = new HashMap<>();
    private final Map<Stream, Long> latestUnits = new HashMap<>();
    private final Map<Stream, List<Charge>> charges = new HashMap<>();

    /** Whether 1.25 times the time since every earlier charge, and two units more, cover what was charged since. */
    boolean mayBeActive(NaiveRequest request, long now) {
        if (request.asked != Priority.NORMAL || request.stream == null || !isPlaying(streamOf(request), now)) {
            return false;
        }
        List<Charge> all = charges.getOrDefault(streamOf(request), List.of());
        for (int first = 0; first < all.size(); first++) {
            long since = all.subList(first, all.size()).stream()
                    .mapToLong(Charge::media)
                    .sum();
            if (4 * since > 5 * (now - all.get(first).at()) + 8 * media(request)) {
                return false;
            }
        }
        return true;
    }

    void charge(NaiveRequest request, long now) {
        charges.computeIfAbsent(streamOf(request), _ -> new ArrayList<>()).add(new Charge(now, media(request)));
    }

    void completed(NaiveRequest request, long now) {
        if (request.stream != null && request.asked == Priority.NORMAL) {
            Stream stream = streamOf(request);
            if (!isPlaying(stream, now)) {
                charges.remove(stream);
            }
            lastCompleted.put(stream, now);
            latestUnits.put(stream, request.media);
        }
    }

    private boolean isPlaying(Stream stream, long now) {
        return lastCompleted.containsKey(stream) && now - lastCompleted.get(stream) <= WINDOW;
    }

    /** Playing time of a unit; if unknown, that of the stream's latest one. */
    private long media(NaiveRequest request) {
        return request.media > 0 ? request.media : latestUnits.getOrDefault(streamOf(request), 0L);
    }

    private static Stream streamOf(NaiveRequest request) {
        return new Stream(request.client, String.valueOf(request.stream));
    }
}
