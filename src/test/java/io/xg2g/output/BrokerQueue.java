package io.xg2g.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Consumer of the JSON messages of an exchange of RabbitMQ. */
final class BrokerQueue implements AutoCloseable {
    final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final Connection connection;

    BrokerQueue(int port, String exchange) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        connection = factory.newConnection();
        Channel channel = connection.createChannel();
        channel.exchangeDeclare(exchange, BuiltinExchangeType.TOPIC, true);
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, exchange, "#");
        channel.basicConsume(queue, true, (_, delivery) -> messages.add(json(delivery.getBody())), _ -> {});
    }

    private static JsonNode json(byte[] body) {
        try {
            return new ObjectMapper().readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the next message of a state; others may come before, since events are repeated after each connection. */
    JsonNode awaitState(String state) throws InterruptedException {
        JsonNode message = next();
        while (!message.path("state").asText().equals(state)) {
            message = next();
        }
        return message;
    }

    JsonNode next() throws InterruptedException {
        JsonNode message = messages.poll(Patience.seconds(30).toMillis(), TimeUnit.MILLISECONDS);
        assertThat(message).isNotNull();
        return message;
    }

    @Override
    public void close() {
        connection.abort(1000);
    }
}
