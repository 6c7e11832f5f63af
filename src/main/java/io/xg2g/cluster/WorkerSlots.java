package io.xg2g.cluster;

import io.vertx.ext.web.Router;
import io.vertx.proton.ProtonQoS;
import io.vertx.proton.ProtonSender;
import java.time.Duration;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A worker's part: offers its slots, and takes the units that gateways send for them. */
final class WorkerSlots implements SlotMember {
    private static final Logger LOG = Logger.getLogger(WorkerSlots.class);

    private final String address;
    private final ClusterMessages messages;
    private final SlotOffers offers;
    private final UnitServer units;
    private volatile @Nullable Links links;

    /**
     * Creates it.
     *
     * @param address of the queue of free slots
     */
    WorkerSlots(String address, ClusterMessages messages, SlotOffers offers, UnitServer units) {
        this.address = address;
        this.messages = messages;
        this.offers = offers;
        this.units = units;
    }

    /** Links of one connection, used on its context. */
    private final class Links implements SlotOffers.Link {
        private final BrokerSession session;
        private final ProtonSender queue;
        private final ProtonSender topic;

        private Links(BrokerSession session) {
            this.session = session;
            queue = session.toQueue(address);
            topic = session.toTopic(Workers.topic(address));
            topic.setQoS(ProtonQoS.AT_MOST_ONCE);
            queue.sendQueueDrainHandler(_ -> offers.send(this));
            queue.open();
            topic.open();
        }

        @Override
        public int room() {
            return queue.getCredit();
        }

        @Override
        public void offer(SlotOffer offer) {
            queue.send(messages.message(offer, OfferBook.LIFE), delivery -> {
                DeliveryState state = delivery.getRemoteState();
                if (state != null && !(state instanceof Accepted)) {
                    LOG.warnf("offer of a slot not accepted by the broker: state=%s", state);
                }
            });
        }

        @Override
        public void announce(WorkerStatus status) {
            if (!topic.sendQueueFull()) {
                topic.send(messages.message(status, Workers.LIFE));
            }
        }
    }

    @Override
    public void serve(Router router) {
        units.serve(router);
    }

    @Override
    public void connected(BrokerSession session) {
        session.run(() -> {
            Links opened = new Links(session);
            links = opened;
            offers.connected(() -> session.run(() -> offers.send(opened)));
        });
    }

    @Override
    public void tick() {
        Links opened = links;
        if (opened != null) {
            opened.session.run(() -> offers.announce(opened));
        }
    }

    @Override
    public void drain() {
        offers.close();
    }

    @Override
    public void awaitIdle(Duration timeout) throws InterruptedException {
        units.awaitIdle(timeout);
    }
}
