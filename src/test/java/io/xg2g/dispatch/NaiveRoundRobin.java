package io.xg2g.dispatch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Naive model of round-robin: all waiting requests are sorted in every step. */
final class NaiveRoundRobin {
    /** A client that waits at a level. */
    private record Turn(int level, String client) {}

    /** Its turn: the round, and its place among those with the same due time. */
    private record Place(long round, int stamp) {}

    private final boolean fair;
    private final Map<Turn, Place> places = new HashMap<>();
    /** The round of each level's latest turn. */
    private final long[] rounds = new long[3];

    private int stamps;

    NaiveRoundRobin(boolean fair) {
        this.fair = fair;
    }

    NaiveRoundRobin copy() {
        NaiveRoundRobin copy = new NaiveRoundRobin(fair);
        copy.places.putAll(places);
        System.arraycopy(rounds, 0, copy.rounds, 0, rounds.length);
        copy.stamps = stamps;
        return copy;
    }

    /** The ids in the order in which they would start on one slot. */
    List<String> order(List<NaiveRequest> waiting) {
        List<NaiveRequest> left = new ArrayList<>(waiting);
        List<String> order = new ArrayList<>();
        while (!left.isEmpty()) {
            NaiveRequest next = inOrder(left).getFirst();
            left.remove(next);
            taken(next, left);
            order.add(next.id);
        }
        return order;
    }

    /** Adds a request to these waiting ones. */
    void join(NaiveRequest request, List<NaiveRequest> waiting) {
        if (!request.returned && first(turn(request), waiting).isEmpty()) {
            places.put(turn(request), new Place(rounds[request.level] + 1, stamps++));
        }
        request.joined = stamps++;
    }

    /** Records that the request was removed to be started; these remain. */
    void taken(NaiveRequest request, List<NaiveRequest> left) {
        if (request.returned) {
            return;
        }
        Place place = place(request);
        rounds[request.level] = place.round();
        boolean goesOn = first(turn(request), left)
                .map(next -> next.opening && request.opening)
                .orElse(false);
        if (!goesOn) {
            places.put(turn(request), new Place(place.round() + 1, stamps++));
        }
    }

    /** Order of starts. */
    List<NaiveRequest> inOrder(List<NaiveRequest> requests) {
        Comparator<NaiveRequest> order = Comparator.<NaiveRequest>comparingInt(request -> -request.level)
                .thenComparing(request -> !request.returned)
                .thenComparing(request -> request.returned ? request.number : 0);
        if (fair) {
            order = order.thenComparing(request -> place(request).round())
                    .thenComparing(request -> due(request, requests))
                    .thenComparing(request -> place(request).stamp());
        }
        return requests.stream()
                .sorted(order.thenComparing(request -> request.joined))
                .toList();
    }

    private Place place(NaiveRequest request) {
        return request.returned ? new Place(0, 0) : places.get(turn(request));
    }

    private static Turn turn(NaiveRequest request) {
        return new Turn(request.level, request.client);
    }

    /** Due time of the client's first request at this level. */
    private static long due(NaiveRequest request, List<NaiveRequest> requests) {
        return request.returned ? 0 : first(turn(request), requests).orElseThrow().dueAt;
    }

    private static Optional<NaiveRequest> first(Turn turn, List<NaiveRequest> requests) {
        return requests.stream()
                .filter(other -> !other.returned && turn(other).equals(turn))
                .min(Comparator.comparingInt(other -> other.joined));
    }
}
