package io.xg2g.durability;

import io.xg2g.queue.Damage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Damage in the files of queues, on its way to one observer. What is found before there is one waits for it. Thread-safe. */
final class DamageReports {
    /** More are logged and counted only. */
    static final int MAX_WAITING = 100;

    private record Report(String queue, Damage damage) {}

    private final List<Report> waiting = new ArrayList<>();
    private @Nullable BiConsumer<String, Damage> observer;

    synchronized void observe(BiConsumer<String, Damage> by) {
        observer = by;
        waiting.forEach(report -> by.accept(report.queue(), report.damage()));
        waiting.clear();
    }

    synchronized void report(String queue, Damage damage) {
        if (observer != null) {
            observer.accept(queue, damage);
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(new Report(queue, damage));
        }
    }
}
