package io.xg2g.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listener on one port of every address of this machine, by TCP and UDP, that records connections. */
final class ConnectionRecorder implements AutoCloseable {
    private final ServerSocket connections;
    private final DatagramSocket packets;
    private final List<String> contacts = new CopyOnWriteArrayList<>();

    private ConnectionRecorder() throws IOException {
        connections = new ServerSocket(0);
        packets = new DatagramSocket(new InetSocketAddress(connections.getLocalPort()));
        Thread.ofPlatform().daemon().start(this::accept);
        Thread.ofPlatform().daemon().start(this::receive);
    }

    static ConnectionRecorder listen() throws IOException {
        return new ConnectionRecorder();
    }

    int port() {
        return connections.getLocalPort();
    }

    List<String> contacts() {
        return contacts;
    }

    private void accept() {
        while (!connections.isClosed()) {
            try (Socket guest = connections.accept()) {
                contacts.add("a connection from " + guest.getRemoteSocketAddress());
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void receive() {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        while (!packets.isClosed()) {
            try {
                packets.receive(packet);
                contacts.add("a packet from " + packet.getSocketAddress());
            } catch (IOException closed) {
                return;
            }
        }
    }

    @Override
    public void close() {
        try (packets) {
            connections.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
