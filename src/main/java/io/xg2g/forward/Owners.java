package io.xg2g.forward;

import io.xg2g.cluster.Member;
import io.xg2g.cluster.Ownership;
import io.xg2g.transcode.JobOwner;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the cluster knows about owners. Thread-safe; nothing blocks. */
interface Owners {
    /** Returns this gateway. */
    Member self();

    /** Returns all gateways, this one included. */
    List<Member> gateways();

    /** Returns the owner of a channel or a camera by the name of its lease; never completes exceptionally. */
    CompletionStage<Ownership> owner(String lease);

    /** Forgets the owner, so that it is asked for again. */
    void invalidate(String lease);

    /** Returns the receiver of a channel, whose limits hold within a gateway; empty if it has none. */
    Optional<String> receiver(String channel);

    /** Returns the owner of a job. */
    JobOwner job(String id);
}
