package io.xg2g.queue;

/** Which items leave memory first when it is filled to the overflow ratio. They stay in the queue, on disk. */
public enum Overflow {
    /** The items that have been in memory longest. */
    OLDEST,

    /** The largest items, by powers of two of their size; among those the oldest. */
    LARGEST,

    /** Items of the lowest level; among those the oldest. */
    LOWEST_PRIORITY
}
