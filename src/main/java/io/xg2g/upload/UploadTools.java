package io.xg2g.upload;

import java.util.function.LongSupplier;

/**
 * What the uploader of a channel needs.
 *
 * @param circuit of the target, for all requests
 * @param deletions circuit of a target that refuses deletions, but takes uploads
 */
record UploadTools(
        Target target,
        TargetCircuit circuit,
        TargetCircuit deletions,
        UploadMetrics metrics,
        Fences fences,
        LongSupplier nanos) {}
