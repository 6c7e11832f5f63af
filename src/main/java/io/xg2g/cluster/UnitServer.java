package io.xg2g.cluster;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Takes the units that gateways send to this worker, one for each valid offer of a slot, and answers others with 409. Thread-safe.
 */
final class UnitServer {
    private static final Logger LOG = Logger.getLogger(UnitServer.class);
    private static final String PATH = InnerServer.ROOT + "units/:offer";
    private static final int MAX_ORDER = 1 << 20;
    private static final int BAD_REQUEST = 400;
    private static final int CONFLICT = 409;

    private final Vertx vertx;
    private final SlotOffers offers;
    private final InnerClient client;
    private final UnitWork work;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();

    /** Units that have not been answered. Guarded by the lock. */
    private int running;

    UnitServer(Vertx vertx, SlotOffers offers, InnerClient client, UnitWork work) {
        this.vertx = vertx;
        this.offers = offers;
        this.client = client;
        this.work = work;
    }

    /** Adds the routes. */
    void serve(Router router) {
        router.post(PATH)
                .handler(BodyHandler.create(false).setBodyLimit(MAX_ORDER))
                .handler(this::begin);
    }

    private void begin(RoutingContext exchange) {
        UnitOrder order;
        try {
            order = ClusterMessages.JSON.readValue(String.valueOf(exchange.body().asString()), UnitOrder.class);
        } catch (IOException | IllegalArgumentException malformed) {
            LOG.warnf("malformed unit refused: gateway=%s, reason=%s", InnerServer.member(exchange), malformed);
            exchange.response().setStatusCode(BAD_REQUEST).end();
            return;
        }
        Optional<OfferBook.Slot> slot = offers.take(String.valueOf(exchange.pathParam("offer")));
        if (slot.isEmpty()) {
            exchange.response().setStatusCode(CONFLICT).end();
            return;
        }
        exchange.response().setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, "application/x-ndjson");
        count(1);
        WorkerUnit unit = new WorkerUnit(vertx, client, work, order, exchange, () -> offers.free(slot.get()));
        Thread.ofVirtual().name("worker-unit").start(() -> {
            try {
                unit.run();
            } finally {
                count(-1);
            }
        });
    }

    private void count(int change) {
        lock.lock();
        try {
            running += change;
            if (running == 0) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Blocks until all units were answered.
     *
     * @param timeout maximum time
     */
    void awaitIdle(Duration timeout) throws InterruptedException {
        lock.lock();
        try {
            long left = timeout.toNanos();
            while (running > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
