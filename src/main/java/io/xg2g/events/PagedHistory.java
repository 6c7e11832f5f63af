package io.xg2g.events;

import io.smallrye.mutiny.Multi;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** History that is read in parts of {@value #SCAN} events. Thread-safe; followers read it on virtual threads. */
public abstract class PagedHistory implements EventHistory {
    /** Maximum number of events that are read at once. */
    protected static final int SCAN = 500;

    private static final int FOLLOW_PAGE = 100;
    private static final Executor THREADS =
            task -> Thread.ofVirtual().name("events-reader").start(task);

    /** Returns the sequence of the latest event; 0 if there is none. */
    protected abstract long latestSequence();

    /**
     * Returns the first events behind a sequence, {@value #SCAN} at most.
     *
     * @param upTo sequence of the latest one that is needed; later ones are ignored
     */
    protected abstract List<RecordedEvent> read(long after, long upTo);

    /** Returns an item at once, or soon, and one whenever there may be further events, until the service shuts down. */
    protected abstract Multi<Long> looks();

    @Override
    public final Page since(long sequence, int most, Predicate<RecordedEvent> wanted) {
        long upTo = latestSequence();
        long read = sequence > upTo ? 0 : sequence;
        List<RecordedEvent> matching = new ArrayList<>();
        while (read < upTo) {
            List<RecordedEvent> events = read(read, upTo);
            for (RecordedEvent event : events) {
                if (event.sequence() > upTo) {
                    return new Page(matching, upTo, false);
                }
                if (wanted.test(event)) {
                    if (matching.size() == most) {
                        return new Page(matching, read, true);
                    }
                    matching.add(event);
                }
                read = event.sequence();
            }
            if (events.isEmpty()) {
                read = upTo;
            }
        }
        return new Page(matching, upTo, false);
    }

    @Override
    public final Multi<RecordedEvent> follow(long sequence, Predicate<RecordedEvent> wanted) {
        AtomicLong position = new AtomicLong(sequence);
        return looks().emitOn(THREADS, 1)
                .onItem()
                .transformToMultiAndConcatenate(_ -> Multi.createBy()
                        .repeating()
                        .supplier(() -> next(position, wanted))
                        .until(List::isEmpty))
                .onItem()
                .disjoint();
    }

    @Override
    public final Multi<RecordedEvent> followLatest(int most, Predicate<RecordedEvent> wanted) {
        return Multi.createFrom()
                .item(() -> latest(most, wanted))
                .runSubscriptionOn(THREADS)
                .onItem()
                .transformToMultiAndConcatenate(page -> Multi.createBy()
                        .concatenating()
                        .streams(Multi.createFrom().iterable(page.events()), follow(page.read(), wanted)));
    }

    private List<RecordedEvent> next(AtomicLong position, Predicate<RecordedEvent> wanted) {
        Page page = since(position.get(), FOLLOW_PAGE, wanted);
        position.set(page.read());
        return page.events();
    }
}
