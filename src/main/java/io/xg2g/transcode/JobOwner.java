package io.xg2g.transcode;

/** Where a job is. */
public sealed interface JobOwner {

    /** In this program, if it exists. */
    record Here() implements JobOwner {}

    /**
     * At another gateway of the cluster, if it exists. The gateway need not be running at present.
     *
     * @param name of the gateway
     */
    record Gateway(String name) implements JobOwner {}
}
