package io.xg2g.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port of the loopback interface for a server that has to be told one. It lies below those that the system gives to
 * clients: whoever keeps asking whether a server at one of these is there meets itself some day, since TCP connects a
 * socket to itself where it was given the very port that it asks for.
 */
public final class FreePort {
    private static final int FIRST = 10_000;
    private static final int END = 32_000;

    private FreePort() {}

    /** One that nobody listens at just now. */
    public static int any() {
        for (int tries = 0; tries < 100; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // Another one, then.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("no port from " + FIRST + " to " + END + " is free");
    }
}
