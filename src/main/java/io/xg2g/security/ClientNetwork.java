package io.xg2g.security;

import io.vertx.core.http.HttpServerRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** As whom a client counts: its address; in IPv6 the first 64 bits of it, since the others are its own to change. */
final class ClientNetwork {
    private static final int OWN = 8;

    private ClientNetwork() {}

    static String of(HttpServerRequest request) {
        return of(request.remoteAddress().hostAddress());
    }

    static String of(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        int zone = address.indexOf('%');
        InetAddress read = InetAddress.ofLiteral(zone < 0 ? address : address.substring(0, zone));
        return read instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(read.getAddress(), OWN))
                : read.getHostAddress();
    }
}
