package io.xg2g.gpu;

import java.time.Duration;

/**
 * The latest that is known of a GPU.
 *
 * @param sample the last look that saw it
 * @param age how long ago that was
 * @param stale whether it is too long ago to be taken for the present
 */
public record GpuState(GpuSample sample, Duration age, boolean stale) {}
