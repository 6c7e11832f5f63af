package io.xg2g.output;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.xg2g.camera.Frame;
import io.xg2g.connection.AmqpConnector;
import io.xg2g.connection.ConnectionKeeper;
import io.xg2g.schedule.TimeSource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/** The message broker, with one connection for everything that is published. Does nothing without a URL. Thread-safe. */
@Singleton
class Broker {
    static final String NAME = "broker";

    /** Parts that exist where there is a broker. */
    private record Parts(
            PublicationFactory publications,
            ConnectionKeeper<BrokerSession> keeper,
            Deliveries<BrokerSession> frames,
            Deliveries<BrokerSession> metadata,
            Deliveries<BrokerSession> status) {}

    private final Optional<Parts> parts;

    @Inject
    Broker(OutputSettings settings, Vertx vertx, MeterRegistry registry) {
        this(settings, vertx, registry, TimeSource.SYSTEM);
    }

    Broker(OutputSettings settings, Vertx vertx, MeterRegistry registry, TimeSource time) {
        parts = settings.broker().map(broker -> {
            ConnectionKeeper<BrokerSession> keeper = new ConnectionKeeper<>(
                    NAME + " " + broker.endpoint(),
                    broker.amqp1() ? amqp(vertx, broker, settings, time) : new RabbitConnector(broker, settings, time),
                    time,
                    () -> ThreadLocalRandom.current().nextDouble());
            OutputMetrics.observeConnection(registry, NAME, keeper::state);
            return new Parts(
                    new PublicationFactory(broker.exchanges()),
                    keeper,
                    new Deliveries<>(NAME, keeper, settings, time, registry),
                    new Deliveries<>("metadata", keeper, settings, time, registry),
                    new Deliveries<>("status", keeper, settings, time, registry));
        });
    }

    static ConnectionKeeper.Connector<BrokerSession> amqp(
            Vertx vertx, OutputSettings.Broker broker, OutputSettings settings, TimeSource time) {
        return new AmqpConnector<>(
                vertx,
                settings.connection(broker.endpoint()),
                RabbitConnector.NAME,
                (context, connection) ->
                        new AmqpSession(context, connection, broker.address(), settings.inFlight(), time));
    }

    /**
     * Begins to connect, if there is a broker.
     *
     * @param whenConnected called after each connection was established; must not block
     */
    void start(Runnable whenConnected) {
        parts.ifPresent(known -> known.keeper().start(whenConnected));
    }

    /** Publishes a frame; completes when the broker has accepted it. */
    CompletableFuture<Void> publish(Frame frame) {
        Parts known = required();
        return known.frames()
                .begin((session, result) -> session.publish(known.publications().frame(frame), result));
    }

    /** Publishes the metadata of a frame, if there is a broker. */
    CompletableFuture<Void> announce(Frame frame, Optional<PublicationFactory.Stored> stored) {
        return parts.map(known -> known.metadata()
                        .begin((session, result) ->
                                session.publish(known.publications().metadata(frame, stored), result)))
                .orElseGet(CompletableFuture::allOf);
    }

    /** Creates events; empty if there is no broker. */
    Optional<PublicationFactory> publications() {
        return parts.map(Parts::publications);
    }

    /** Publishes an event. */
    CompletableFuture<Void> publish(Publication event) {
        return required().status().begin((session, result) -> session.publish(event, result));
    }

    private Parts required() {
        return parts.orElseThrow(() -> new IllegalStateException("xg2g.camera-outputs.broker.url is missing"));
    }

    /** Returns the state of the connection; empty if there is no broker. */
    Optional<ConnectionKeeper.State> state() {
        return parts.map(known -> known.keeper().state());
    }

    void close() {
        parts.ifPresent(known -> known.keeper().close());
    }
}
