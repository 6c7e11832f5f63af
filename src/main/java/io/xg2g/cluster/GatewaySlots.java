package io.xg2g.cluster;

import io.vertx.ext.web.Router;
import io.vertx.proton.ProtonDelivery;
import io.vertx.proton.ProtonReceiver;
import io.xg2g.connection.ConnectionException;
import io.xg2g.dispatch.RemoteCapacity;
import io.xg2g.dispatch.RemoteSlot;
import io.xg2g.dispatch.SlotDemand;
import java.util.OptionalInt;
import java.util.function.IntSupplier;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Modified;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.amqp.transport.DeliveryState;

/** A gateway's part: receives offers of slots for its waiting requests, and learns what workers there are. */
final class GatewaySlots implements SlotMember {
    /** Maximum time in which the broker confirms that a link is drained. */
    private static final long DRAIN_MILLIS = 10_000;

    /** What a gateway's dispatcher does. */
    interface Requests {
        /** Has it tell from now on how many requests wait. */
        void join(SlotDemand demand);

        /** Offers a slot. */
        void offer(RemoteSlot slot);

        /** Sets the capacity of the workers. */
        void announce(RemoteCapacity capacity);
    }

    private final String address;
    private final ClusterMessages messages;
    private final RemoteUnits units;
    private final Requests requests;
    private final IntSupplier gateways;
    private final SlotLinks links = new SlotLinks();

    /**
     * Creates it.
     *
     * @param address of the queue of free slots
     * @param gateways returns the number of gateways, this one included
     */
    GatewaySlots(
            String address, ClusterMessages messages, RemoteUnits units, Requests requests, IntSupplier gateways) {
        this.address = address;
        this.messages = messages;
        this.units = units;
        this.requests = requests;
        this.gateways = gateways;
    }

    @Override
    public void serve(Router router) {
        units.files().serve(router);
    }

    @Override
    public void start() {
        requests.join(links);
    }

    @Override
    public void connected(BrokerSession session) {
        session.run(() -> {
            session.fromTopic(Workers.topic(address))
                    .handler((_, message) -> messages.read(message, WorkerStatus.class)
                            .ifPresent(units.workers()::announced))
                    .open();
            links.connected(session::run, level -> open(session, level));
        });
    }

    private LinkCredit open(BrokerSession session, int level) {
        ProtonReceiver receiver = session.fromQueue(address, level);
        LinkCredit credit = new LinkCredit(new LinkCredit.Link() {
            @Override
            public void flow(int credits) {
                receiver.flow(credits);
            }

            @Override
            public void drain(Runnable drained) {
                receiver.drain(DRAIN_MILLIS, end -> {
                    if (end.succeeded()) {
                        drained.run();
                    } else {
                        session.abort(new ConnectionException(
                                ConnectionException.Kind.TIMEOUT, "the broker does not drain a link"));
                    }
                });
            }
        });
        receiver.handler((delivery, message) -> {
            credit.received();
            OfferedSlot.Message settled = message(session, delivery);
            messages.read(message, SlotOffer.class)
                    .ifPresentOrElse(offer -> units.offered(offer, settled, requests::offer), settled::accept);
        });
        receiver.open();
        return credit;
    }

    private static OfferedSlot.Message message(BrokerSession session, ProtonDelivery delivery) {
        return new OfferedSlot.Message() {
            @Override
            public void accept() {
                settle(Accepted.getInstance());
            }

            @Override
            public void release() {
                settle(Released.getInstance());
            }

            @Override
            public void refuse() {
                Modified elsewhere = new Modified();
                elsewhere.setUndeliverableHere(true);
                settle(elsewhere);
            }

            private void settle(DeliveryState state) {
                session.run(() -> delivery.disposition(state, true));
            }
        };
    }

    @Override
    public void tick() {
        requests.announce(units.workers().capacity(gateways.getAsInt()));
    }

    @Override
    public OptionalInt workers() {
        return OptionalInt.of(units.workers().number());
    }
}
