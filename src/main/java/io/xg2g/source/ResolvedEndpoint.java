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
 * A checked URL with its resolved addresses. Connections use these addresses, and do not resolve the name again (DNS
 * rebinding).
 *
 * @param uri the URL
 * @param host its host as written
 * @param addresses addresses of the host in order of preference; at least one
 * @param port port of the URL, or the default port of its scheme
 */
public record ResolvedEndpoint(URI uri, String host, List<InetAddress> addresses, int port) {

    /**
     * Returns the URL with an address literal instead of the name, and without credentials, for a program that must not
     * resolve names.
     */
    public URI numeric() {
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return URI.create(uri.getScheme() + "://" + literal(addresses.getFirst()) + ":" + port + path + query);
    }

    /** Connects to the first address that accepts the connection. */
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
