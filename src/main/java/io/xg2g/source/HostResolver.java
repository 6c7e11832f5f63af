package io.xg2g.source;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Resolver of host names. */
interface HostResolver {
    /** Returns all addresses of a name in order of preference; at least one. */
    List<InetAddress> resolve(String name) throws UnknownHostException;
}
