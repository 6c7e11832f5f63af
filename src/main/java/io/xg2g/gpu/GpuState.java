package io.xg2g.gpu;

import java.time.Duration;

/**
 * Latest sample of a GPU.
 *
 * @param sample its latest sample
 * @param age time since then
 * @param stale whether it is too old to be used
 */
public record GpuState(GpuSample sample, Duration age, boolean stale) {}
