package io.xg2g.packaging;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * FIFO queue of a channel's windows that are not published yet: which of them can be submitted, published and given up.
 * Guarded by the channel's {@link Packager}, but for {@link #behindSeconds}, which any thread may call.
 */
final class WindowQueue {
    /** How many windows of a channel are with the dispatcher at once: nobody can hold all slots, and order is kept. */
    private static final int MAX_SUBMITTED = 2;

    /** As long as nothing is published, all that the machine has to give is for the first one. */
    private static final int MAX_SUBMITTED_FIRST = 1;

    private final Deque<PendingWindow> windows = new ArrayDeque<>();

    private volatile @Nullable PendingWindow oldest;

    void add(PendingWindow window) {
        windows.addLast(window);
        oldest = windows.peekFirst();
    }

    boolean contains(PendingWindow window) {
        return windows.contains(window);
    }

    void remove(PendingWindow window) {
        windows.remove(window);
        oldest = windows.peekFirst();
    }

    /** Removes all windows. */
    List<PendingWindow> clear() {
        List<PendingWindow> all = List.copyOf(windows);
        windows.clear();
        oldest = null;
        return all;
    }

    @Nullable
    PendingWindow head() {
        return windows.peekFirst();
    }

    /** Marks the next windows as submitted, as many as may be with the dispatcher at once. */
    List<PendingWindow> submit(long now) {
        boolean playing = windows.isEmpty() || windows.getFirst().epoch.begun();
        long room = (playing ? MAX_SUBMITTED : MAX_SUBMITTED_FIRST)
                - windows.stream()
                        .filter(window -> window.state instanceof WindowState.Submitted)
                        .count();
        List<PendingWindow> next = new ArrayList<>();
        for (PendingWindow window : windows) {
            if (next.size() < room && window.state.maySubmit(now)) {
                window.state = window.state.submitted();
                next.add(window);
            }
        }
        return next;
    }

    /** Returns the windows that are not encoded in time. */
    List<PendingWindow> late(long now) {
        return windows.stream()
                .filter(window -> !window.isSettled() && now - window.giveUpAt() > 0)
                .toList();
    }

    /** Returns the window that can be published before it is encoded, if all windows before it are published. */
    Optional<PendingWindow> nextEarly(long now) {
        return windows.stream()
                .filter(window -> window.early == null)
                .findFirst()
                .filter(window -> window.isReadyEarly(now));
    }

    /** Returns the oldest window, if it can be published with all there will be of it. */
    Optional<PendingWindow> nextWhole(long now) {
        return Optional.ofNullable(windows.peekFirst()).filter(window -> window.isReady(now));
    }

    /** Returns how long the oldest window has been due, in seconds; 0 without one. */
    double behindSeconds(long now) {
        PendingWindow window = oldest;
        return window == null ? 0 : Math.max(0, now - window.dueAt) / 1e9;
    }
}
