package io.xg2g.packaging;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * FIFO queue of a channel's unpublished windows. Selects those to submit, to publish and to abandon. Guarded by the
 * channel's {@link Packager}, except for {@link #behindSeconds}, which any thread may call.
 */
final class WindowQueue {
    /**
     * Maximum number of concurrently submitted windows: one channel cannot occupy all slots, and order is preserved.
     */
    private static final int MAX_SUBMITTED = 2;

    /** The same before the first window is published, so that it gets the full capacity. */
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

    /** Returns whether a slate is being encoded or will be published. */
    boolean hasSlate() {
        return windows.stream().anyMatch(window -> window.isSlate() && (!window.isSettled() || window.isEncoded()));
    }

    @Nullable
    PendingWindow head() {
        return windows.peekFirst();
    }

    /** Marks the next windows as submitted, up to the limit of concurrent ones, and returns them. */
    List<PendingWindow> submit(long now) {
        boolean playing = windows.isEmpty() || windows.getFirst().epoch.begun();
        long free = (playing ? MAX_SUBMITTED : MAX_SUBMITTED_FIRST)
                - windows.stream()
                        .filter(window -> window.state instanceof WindowState.Submitted)
                        .count();
        List<PendingWindow> next = new ArrayList<>();
        for (PendingWindow window : windows) {
            if (next.size() < free && window.state.maySubmit(now)) {
                window.state = window.state.submitted();
                next.add(window);
            }
        }
        return next;
    }

    /** Returns the unsettled windows whose deadline has passed. */
    List<PendingWindow> late(long now) {
        return windows.stream()
                .filter(window -> !window.isSettled() && now - window.deadline() > 0)
                .toList();
    }

    /** Returns the next window for early publication, if it is ready. */
    Optional<PendingWindow> nextEarly(long now) {
        return windows.stream()
                .filter(window -> window.early == null)
                .findFirst()
                .filter(window -> window.isReadyEarly(now));
    }

    /** Returns the oldest window, if all its renditions are ready for publication. */
    Optional<PendingWindow> nextComplete(long now) {
        return Optional.ofNullable(windows.peekFirst()).filter(window -> window.isReady(now));
    }

    /** Returns the time since the oldest window was due, in seconds; 0 if the queue is empty. */
    double behindSeconds(long now) {
        PendingWindow window = oldest;
        return window == null ? 0 : Math.max(0, now - window.dueAt) / 1e9;
    }
}
