package io.xg2g.http;

import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * HTTP servers that no client uses: those on loopback for this program's child processes, and the one for the other members of a
 * cluster. The limits of {@code xg2g.http} (connections of a client, idle time) do not apply to them. Thread-safe.
 */
@Singleton
public class InternalServers {
    private final Set<Integer> loopback = ConcurrentHashMap.newKeySet();
    private final Set<Integer> anywhere = ConcurrentHashMap.newKeySet();

    /** Adds the server that listens on a port of the loopback address. */
    public void add(int port) {
        loopback.add(port);
    }

    /** Adds the server that listens on a port, and is the only one to do so on any address. */
    public void addOnAnyAddress(int port) {
        anywhere.add(port);
    }

    /** Returns whether a connection was accepted by one of these servers. */
    boolean accepted(SocketAddress local) {
        return local instanceof InetSocketAddress address
                && (anywhere.contains(address.getPort())
                        || (address.getAddress().isLoopbackAddress() && loopback.contains(address.getPort())));
    }
}
