package io.xg2g.cluster;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** The members and leases of a gateway, with a real Redis. As a program of its own, it says all the time whether its lease is valid. */
final class TestGateway implements AutoCloseable {
    final SharedRedis redis;
    final Members members;
    final Leases leases;

    TestGateway(String name, Vertx vertx, int port) {
        redis = RedisProcess.connection(vertx, port);
        members = new TestMembers(name, redis, TimeSource.SYSTEM).members;
        leases = new Leases(true, new RedisLeases(redis), members, TimeSource.SYSTEM, new SimpleMeterRegistry());
        redis.onConnected(leases::renew);
        members.start();
        leases.start();
    }

    /** Returns a lease if the resource is free. */
    Optional<Lease> acquire(String resource) {
        return leases.acquire(resource).join() instanceof Ownership.Held(Lease lease)
                ? Optional.of(lease)
                : Optional.empty();
    }

    /** Waits until the resource is free, and returns its lease. */
    Lease await(String resource) {
        return Awaitility.await()
                .atMost(Patience.seconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> acquire(resource), Optional::isPresent)
                .orElseThrow();
    }

    /** Ends without a farewell. */
    @Override
    public void close() {
        redis.close();
    }

    /**
     * Holds a lease, and prints "{@code valid <nanoTime>}" before and after each look at it: it was valid somewhere between.
     *
     * @param args port of Redis, resource
     */
    static void main(String[] args) {
        TestGateway gateway = new TestGateway("child", Vertx.vertx(), Integer.parseInt(args[0]));
        Lease lease = gateway.await(args[1]);
        System.out.println("held " + lease.fence());
        while (true) {
            boolean valid = lease.isValid();
            long after = System.nanoTime();
            System.out.println((valid ? "valid " : "invalid ") + after);
            System.out.flush();
            LockSupport.parkNanos(5_000_000);
        }
    }
}
