package io.xg2g.camera;

import io.xg2g.cluster.Lease;
import io.xg2g.cluster.Leases;
import io.xg2g.cluster.Members;
import io.xg2g.cluster.Ownership;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The cameras that this gateway captures: each is captured by one gateway of the cluster, and all have about the same number. A camera
 * with the source of a channel is captured where the channel runs.
 *
 * <p>Asked once a second; used by one thread at a time. Blocks on Redis for some seconds at most.
 */
final class CameraOwnership {
    /** Seconds after which any gateway takes a free camera. */
    private static final int LEFT_AFTER = 2;

    /** Seconds with more than its share after which a gateway gives a camera up: not when another one is restarted. */
    private static final int PATIENCE = 30;

    private final Leases leases;
    private final Members members;
    private final Random random;
    private final Map<String, Lease> held = new HashMap<>();

    /** Seconds for which cameras are free. */
    private final Map<String, Integer> free = new HashMap<>();

    private int exceeding;

    /** @param random for the order in which free cameras are taken, which differs between gateways */
    CameraOwnership(Leases leases, Members members, Random random) {
        this.leases = leases;
        this.members = members;
        this.random = random;
    }

    /**
     * Takes and gives up cameras.
     *
     * @param cameras all that there are, by id
     * @return leases of this gateway by camera; the ones that are missing and are not over are to be released when the camera has
     *     stopped
     */
    Map<String, Lease> share(Map<String, Camera> cameras) {
        held.entrySet()
                .removeIf(entry -> entry.getValue().isOver()
                        || !cameras.containsKey(entry.getKey())
                        || isElsewhere(cameras.get(entry.getKey())));
        CameraShare share =
                new CameraShare(cameras.size(), Math.max(1, members.gateways().size()), held.size());
        List<String> candidates = candidates(cameras);
        int left = (int) candidates.stream().filter(this::isLeft).count();
        candidates.stream().limit(share.toTake(candidates.size(), left)).forEach(this::take);
        exceeding = share.exceeds() ? exceeding + 1 : 0;
        if (exceeding > PATIENCE) {
            held.keySet().stream().max(Comparator.naturalOrder()).ifPresent(held::remove);
        }
        return held();
    }

    /** Returns what {@link #share} and {@link #take} have left. */
    Map<String, Lease> held() {
        return Map.copyOf(held);
    }

    /** Takes a camera, if no gateway has it. */
    void take(String id) {
        if (leases.acquire(Leases.camera(id)).join() instanceof Ownership.Held(Lease lease)) {
            held.put(id, lease);
            free.remove(id);
        }
    }

    /** Returns the free cameras: those that have been free for longest first, else in any order. */
    private List<String> candidates(Map<String, Camera> cameras) {
        List<String> ids = cameras.values().stream()
                .filter(camera -> !held.containsKey(camera.id()) && !isElsewhere(camera))
                .map(Camera::id)
                .collect(Collectors.toCollection(ArrayList::new));
        Set<String> unowned = Set.copyOf(
                leases.free(ids.stream().map(Leases::camera).toList()).join());
        ids.removeIf(id -> !unowned.contains(Leases.camera(id)));
        free.keySet().retainAll(ids);
        ids.forEach(id -> free.merge(id, 1, Integer::sum));
        Collections.shuffle(ids, random);
        ids.sort(Comparator.comparing(this::isLeft).reversed());
        return ids;
    }

    private boolean isLeft(String id) {
        return free.getOrDefault(id, 0) > LEFT_AFTER;
    }

    /** Returns whether another gateway runs the channel of a camera. */
    private boolean isElsewhere(Camera camera) {
        return camera.input() instanceof Camera.Input.OfChannel(String channel)
                && leases.owner(Leases.channel(channel)).join() instanceof Ownership.OwnedBy;
    }
}
