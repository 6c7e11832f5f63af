package io.xg2g.queue;

/** Owner of a log: a store, which makes items visible. */
interface LogOwner {
    /** A batch was written, and synced where the durability says so. Called in the order of the batches. */
    void durable(Batch batch);

    /** All operations fail from now on. */
    void failed();
}
