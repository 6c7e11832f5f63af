package io.xg2g.transcode;

import io.xg2g.cluster.ClusterSettings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Predicate;

/** Tells which gateway has a job, from its identifier. Thread-safe; does not block. */
@Singleton
public class JobOwners {
    private static final JobOwner HERE = new JobOwner.Here();

    /** Name of this gateway; empty for a program on its own. */
    private final Optional<String> self;

    private final Predicate<String> known;

    @Inject
    JobOwners(ClusterSettings cluster, TranscodeJobs jobs) {
        this(cluster.shared().map(ClusterSettings.Shared::name), id -> jobs.find(id).isPresent());
    }

    JobOwners(Optional<String> self, Predicate<String> known) {
        this.self = self;
        this.known = known;
    }

    /** Creates the identifier of a new job of this program. */
    String next() {
        return JobId.next(self).toString();
    }

    /**
     * Returns where the job of an identifier is. What is no identifier, what was created by a program on its own, and what this program
     * has, be it under a former name, is here.
     */
    public JobOwner of(String id) {
        if (self.isEmpty() || known.test(id)) {
            return HERE;
        }
        return JobId.parse(id)
                .flatMap(JobId::owner)
                .filter(owner -> !owner.equals(self.get()))
                .<JobOwner>map(JobOwner.Gateway::new)
                .orElse(HERE);
    }
}
