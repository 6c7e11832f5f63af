package io.xg2g.cluster;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Place of the leases that all gateways share. Each call is one atomic step. Answers are {@link
 * io.xg2g.connection.ConnectionException}s if the place cannot be reached; calls do not block, and take effect in their order.
 */
interface LeaseStore {

    /**
     * Who has a lease.
     *
     * @param run of the member
     * @param fence number of the lease
     */
    record Holder(String name, String run, long fence) {
        /** What follows is of a newer release. */
        private static final Pattern ENTRY = Pattern.compile("(\\d{1,18}) (\\S+) (\\S+)(?: .*)?");

        /** Reads the entry of a lease; empty if it is malformed. */
        static Optional<Holder> of(String entry) {
            Matcher fields = ENTRY.matcher(entry);
            return fields.matches()
                    ? Optional.of(new Holder(fields.group(2), fields.group(3), Long.parseLong(fields.group(1))))
                    : Optional.empty();
        }
    }

    /** Answer to an acquisition. */
    sealed interface Answer {
        /**
         * It is acquired.
         *
         * @param state what the previous owner has left; empty if there was none
         */
        record Granted(long fence, String state) implements Answer {}

        /** It is owned already. */
        record Owned(Holder holder) implements Answer {}

        /** The place has just been started, or has lost its data: nothing is granted until the leases of before have ended. */
        record Settling() implements Answer {}
    }

    /**
     * A lease to renew.
     *
     * @param valid whether it was valid when this was sent
     * @param state to leave for the next owner
     */
    record Renewal(String resource, long fence, boolean valid, String state) {}

    /** Answer to a renewal. */
    enum Renewed {
        /** It lives for another {@link Leases#LIFE}; nobody else had it since it was acquired. */
        HELD,
        /** It is not known whether somebody else has it: to be asked again. */
        UNKNOWN,
        /** It is over: somebody else has or had it. */
        LOST
    }

    /** Acquires a resource for a member, if it is free. */
    CompletableFuture<Answer> acquire(String resource, Member self);

    /** Renews leases of a member; returns the answers in the order of the leases. */
    CompletableFuture<List<Renewed>> renew(List<Renewal> leases, Member self);

    /** Ends a lease of a member, if it has it. */
    CompletableFuture<Boolean> release(Renewal lease, Member self);

    /** Returns the number of the latest lease of a resource, 0 if there was none; empty while the place does not know. */
    CompletableFuture<OptionalLong> latest(String resource);

    /** Returns the owners in the order of the resources. */
    CompletableFuture<List<Optional<Holder>>> owners(List<String> resources);
}
