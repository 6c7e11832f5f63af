package io.xg2g.source;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Resolves names. */
interface HostResolver {
    /** All addresses of the name, the preferred one first; never none. */
    List<InetAddress> resolve(String name) throws UnknownHostException;
}
