package io.xg2g.queue;

/**
 * An item that was delivered by a {@link HybridQueue}, under lease. Thread-safe.
 *
 * @param <T> type of the item
 */
public final class Delivery<T> extends Lease<T> {
    private final T item;

    Delivery(HybridQueue<T> queue, Entry entry, int number, T item) {
        super(queue, entry, number);
        this.item = item;
    }

    /** Returns the item. */
    public T item() {
        return item;
    }

    /** Returns the lease alone, for those who go on with the item later and do not need it in memory until then. */
    public Lease<T> lease() {
        return new Lease<>(this);
    }
}
