package io.xg2g.transcode;

/** Target that the results of jobs are uploaded to. Implemented by the package of uploads. Thread-safe. */
public interface ResultTarget {

    /** Returns whether there is a target. */
    boolean isConfigured();

    /** Returns the bound on the results that wait for their upload, in bytes; one client gets at most half of it. */
    long maxBytes();

    /**
     * Adds the result of a job to the queue of uploads; returns after that was synced. Without a target it waits for a start of
     * the program with one. Blocks.
     *
     * @throws io.xg2g.queue.QueueException if it could not be added
     */
    void add(String job);
}
