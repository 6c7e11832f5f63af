package io.xg2g.queue;

import org.jspecify.annotations.Nullable;

/**
 * A doubly linked list whose elements hold the links, so that one of a million is removed in constant time. An element is in
 * at most one chain at a time. Not thread-safe.
 *
 * @param <L> type of the elements
 */
final class Chain<L extends Chain.Link> {
    /** An element; linked to itself while it is in no chain. */
    static class Link {
        Link previous = this;
        Link next = this;
    }

    private final Link ends = new Link();
    private int size;

    void addLast(L element) {
        Link last = ends.previous;
        element.previous = last;
        element.next = ends;
        last.next = element;
        ends.previous = element;
        size++;
    }

    /** Removes an element that is in this chain. */
    void remove(L element) {
        element.previous.next = element.next;
        element.next.previous = element.previous;
        element.previous = element;
        element.next = element;
        size--;
    }

    @Nullable
    L first() {
        return after(ends);
    }

    /** Returns the element behind one that is in this chain; {@code null} at the end. */
    @SuppressWarnings("unchecked")
    @Nullable
    L after(Link element) {
        Link next = element.next;
        return next == ends ? null : (L) next;
    }

    int size() {
        return size;
    }
}
