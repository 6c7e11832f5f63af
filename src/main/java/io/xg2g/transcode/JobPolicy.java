package io.xg2g.transcode;

import io.xg2g.schedule.Backoff;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Limits of the runner of jobs, and its reports.
 *
 * @param attempts maximum number of attempts of a job
 * @param fair whether the clients of a level take turns
 * @param room number of jobs that may be under way now
 * @param ended called with a job whose end was stored, before it is removed from the queue; again after a failure or a crash in
 *     between
 */
record JobPolicy(int attempts, Backoff backoff, boolean fair, IntSupplier room, Consumer<TranscodeJob> ended) {}
