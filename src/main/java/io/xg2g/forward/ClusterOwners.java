package io.xg2g.forward;

import io.xg2g.cluster.Leases;
import io.xg2g.cluster.Member;
import io.xg2g.cluster.Members;
import io.xg2g.cluster.Ownership;
import io.xg2g.transcode.JobOwner;
import io.xg2g.transcode.JobOwners;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The owners by Redis and by the ids of jobs. */
record ClusterOwners(Members members, Leases leases, JobOwners jobs) implements Owners {
    @Override
    public Member self() {
        return members.self();
    }

    @Override
    public List<Member> gateways() {
        return members.gateways();
    }

    @Override
    public CompletionStage<Ownership> owner(String lease) {
        return leases.owner(lease);
    }

    @Override
    public void invalidate(String lease) {
        leases.invalidate(lease);
    }

    @Override
    public JobOwner job(String id) {
        return jobs.of(id);
    }
}
