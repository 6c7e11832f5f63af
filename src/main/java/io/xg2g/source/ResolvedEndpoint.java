package io.xg2g.source;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Where an address leads to, checked: whoever connects takes these addresses and asks nobody again.
 *
 * @param uri the address
 * @param host its host as it is written
 * @param addresses what the name stands for, the preferred one first; never none
 * @param port the scheme's own where none is written
 */
public record ResolvedEndpoint(URI uri, String host, List<InetAddress> addresses, int port) {

    /** The address with a number in place of the name, for a program that is to resolve nothing; without its user. */
    public URI numeric() {
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return URI.create(uri.getScheme() + "://" + literal(addresses.getFirst()) + ":" + port + path + query);
    }

    /** Connects to the first of the addresses that takes it. */
    Socket connect(Duration timeout) throws IOException {
        IOException failed = new ConnectException("no address");
        for (InetAddress address : addresses) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, port), Math.toIntExact(timeout.toMillis()));
                return socket;
            } catch (IOException next) {
                socket.close();
                failed = next;
            }
        }
        throw failed;
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }
}
