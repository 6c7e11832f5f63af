package io.xg2g.transcode;

import java.util.Optional;

/** Jobs of the other gateways of a cluster. Thread-safe; asking blocks. */
interface OtherJobs {

    /**
     * Returns a job of another gateway.
     *
     * @param prefix path before those of the service in the links of the job
     * @return empty if its gateway does not know it
     * @throws io.xg2g.problem.ProblemException if the gateway cannot be asked, or receives the job at present
     */
    Optional<JobView> find(String owner, String id, String prefix);
}
