package io.xg2g.cluster;

import static org.awaitility.Awaitility.await;

import io.vertx.ext.web.Router;
import io.vertx.proton.ProtonSender;
import io.xg2g.schedule.Patience;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * A member that sends messages to itself by its connection to the broker. The broker handles what comes by one connection in order: when
 * such a message arrives, it has handled what was sent before.
 */
final class EchoingMember implements SlotMember {
    private final SlotMember member;
    private final String topic = "echo." + UUID.randomUUID();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger received = new AtomicInteger();
    private volatile @Nullable Runnable echo;

    EchoingMember(SlotMember member) {
        this.member = member;
    }

    /** Waits until the broker has handled what was sent until now. */
    void awaitEcho() {
        await("a connection to the broker").atMost(Patience.seconds(60)).until(() -> echo != null);
        int number = sent.incrementAndGet();
        echo.run();
        await("an echo of the broker").atMost(Patience.seconds(60)).until(() -> received.get() >= number);
    }

    @Override
    public void connected(BrokerSession session) {
        member.connected(session);
        session.run(() -> {
            ProtonSender sender = session.toTopic(topic);
            session.fromTopic(topic)
                    .openHandler(_ -> sender.open())
                    .handler((_, message) -> received.set((Integer) ((AmqpValue) message.getBody()).getValue()))
                    .open();
            sender.sendQueueDrainHandler(_ -> echo = () -> session.run(() -> sender.send(message(sent.get()))));
        });
    }

    private static Message message(int number) {
        Message message = Proton.message();
        message.setBody(new AmqpValue(number));
        return message;
    }

    @Override
    public void serve(Router router) {
        member.serve(router);
    }

    @Override
    public void start() {
        member.start();
    }

    @Override
    public void tick() {
        member.tick();
    }

    @Override
    public void drain() {
        member.drain();
    }

    @Override
    public void awaitIdle(Duration timeout) throws InterruptedException {
        member.awaitIdle(timeout);
    }

    @Override
    public OptionalInt workers() {
        return member.workers();
    }

    @Override
    public List<Member> workerMembers() {
        return member.workerMembers();
    }
}
