package io.xg2g.forward;

import io.xg2g.channel.ChannelCatalog;
import io.xg2g.cluster.Leases;
import io.xg2g.cluster.Member;
import io.xg2g.cluster.Members;
import io.xg2g.cluster.Ownership;
import io.xg2g.transcode.JobOwner;
import io.xg2g.transcode.JobOwners;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The owners by Redis and by the ids of jobs. */
final class ClusterOwners implements Owners {
    private final Members members;
    private final Leases leases;
    private final JobOwners jobs;
    private final ChannelCatalog catalog;
    private final RememberedOwners remembered;

    ClusterOwners(Members members, Leases leases, JobOwners jobs, ChannelCatalog catalog) {
        this.members = members;
        this.leases = leases;
        this.jobs = jobs;
        this.catalog = catalog;
        this.remembered = new RememberedOwners(leases::known, leases::owner);
    }

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
        return remembered.find(lease);
    }

    @Override
    public void invalidate(String lease) {
        remembered.forget(lease);
        leases.invalidate(lease);
    }

    @Override
    public Optional<String> receiver(String channel) {
        return catalog.receiverOf(channel);
    }

    @Override
    public JobOwner job(String id) {
        return jobs.of(id);
    }
}
