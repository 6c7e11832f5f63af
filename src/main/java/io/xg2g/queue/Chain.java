package io.xg2g.queue;

import org.jspecify.annotations.Nullable;

/**
 * A doubly linked list whose elements hold the links, so that one of a million is removed in constant time. An element is in
 * at most one chain at a time. The last element is linked to the first one, so that the chain itself refers to the last one only: a
 * reference to a new object from an old one costs the garbage collector's write barrier a memory fence. Not thread-safe.
 *
 * @param <L> type of the elements
 */
final class Chain<L extends Chain.Link> {
    /** An element; linked to itself while it is in no chain. */
    static class Link {
        Link previous = this;
        Link next = this;
    }

    private @Nullable L last;
    private int size;

    void addLast(L element) {
        Link before = last;
        if (before != null) {
            Link first = before.next;
            element.previous = before;
            element.next = first;
            before.next = element;
            first.previous = element;
        }
        last = element;
        size++;
    }

    /** Removes an element that is in this chain. */
    @SuppressWarnings("unchecked")
    void remove(L element) {
        size--;
        if (size == 0) {
            last = null;
            return;
        }
        Link previous = element.previous;
        if (element == last) {
            last = (L) previous;
        }
        previous.next = element.next;
        element.next.previous = previous;
        element.previous = element;
        element.next = element;
    }

    @SuppressWarnings("unchecked")
    @Nullable
    L first() {
        return last == null ? null : (L) last.next;
    }

    /** Returns the element behind one that is in this chain; {@code null} at the end. */
    @SuppressWarnings("unchecked")
    @Nullable
    L after(L element) {
        return element == last ? null : (L) element.next;
    }

    int size() {
        return size;
    }
}
