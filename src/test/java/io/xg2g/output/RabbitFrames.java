package io.xg2g.output;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;

/** Receiver of the frames of all cameras from RabbitMQ on this machine. */
final class RabbitFrames {
    private RabbitFrames() {}

    interface Receiver {
        void frame(String camera, long sequence, byte[] jpeg);
    }

    /** Consumes until the connection is closed. */
    static Connection consume(int port, Receiver receiver) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        Connection connection = factory.newConnection();
        Channel channel = connection.createChannel();
        channel.exchangeDeclare("cameras", "topic", true);
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, "cameras", "camera.*");
        channel.basicConsume(
                queue,
                true,
                (_, delivery) -> receiver.frame(
                        delivery.getEnvelope().getRoutingKey().substring("camera.".length()),
                        (Long) delivery.getProperties().getHeaders().get("sequence"),
                        delivery.getBody()),
                _ -> {});
        return connection;
    }
}
