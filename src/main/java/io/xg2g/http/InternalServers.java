package io.xg2g.http;

import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * HTTP servers on loopback that only this program's child processes use. The limits of {@code xg2g.http} (connections of a
 * client, idle time) do not apply to them. Thread-safe.
 */
@Singleton
public class InternalServers {
    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();

    /** Adds the server that listens on a port of the loopback address. */
    public void add(int port) {
        ports.add(port);
    }

    /** Returns whether a connection was accepted by one of these servers. */
    boolean accepted(SocketAddress local) {
        return local instanceof InetSocketAddress address
                && address.getAddress().isLoopbackAddress()
                && ports.contains(address.getPort());
    }
}
