package io.xg2g.durability;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reports of queues, on their way to one observer. What is reported before there is one waits for it. Thread-safe. */
final class QueueReports {
    /** More are logged and counted only. */
    static final int MAX_WAITING = 100;

    private final List<QueueReport> waiting = new ArrayList<>();
    private final Map<String, String> displaced = new TreeMap<>();
    private @Nullable Consumer<QueueReport> observer;

    synchronized void observe(Consumer<QueueReport> by) {
        observer = by;
        waiting.forEach(by);
        waiting.clear();
    }

    synchronized void report(QueueReport report) {
        switch (report) {
            case QueueReport.Displaced(String queue, String reason) -> displaced.put(queue, reason);
            case QueueReport.Restored(String queue, int _) -> displaced.remove(queue);
            case QueueReport.Damaged _ -> {}
        }
        if (observer != null) {
            observer.accept(report);
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(report);
        }
    }

    /** Returns the queues that refuse items, since their files were deleted, and the reasons. */
    synchronized Map<String, String> displaced() {
        return new TreeMap<>(displaced);
    }
}
