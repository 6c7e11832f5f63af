package io.xg2g.dispatch;

import io.smallrye.mutiny.Uni;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.gpu.Device;

/**
 * Free slot of a worker, offered to this program once. The dispatcher calls exactly one of {@link #run}, {@link #release} and
 * {@link #refuse}, once, without its lock.
 *
 * <p>No method may block. Any thread calls them.
 */
public interface RemoteSlot {

    /** Returns the name of the worker, unique in the cluster. */
    String worker();

    /** Returns the worker's device. Its id, which results and traces name, is unique in the cluster. */
    Device device();

    /** Returns whether the offer is no longer current. Such an offer is released. */
    boolean isExpired();

    /**
     * Runs a unit in the slot.
     *
     * @return the outcome, a few seconds after the run was stopped at the latest; no file of the unit is written afterwards.
     *     {@link Failure.Kind#SLOT_GONE} if the worker did not start the unit, {@link Failure.Kind#WORKER_LOST} if it did and was
     *     lost
     */
    Uni<TranscodeOutcome> run(RemoteRun run);

    /** Gives the slot back to all: no request waits here. */
    void release();

    /** Gives the slot back to all but this program, whose waiting requests avoid the worker. */
    void refuse();
}
