package io.xg2g.connection;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A delivery or a connection failed. Its message contains no credentials. */
public final class ConnectionException extends Exception {
    private static final long serialVersionUID = 1;

    /** What failed. */
    public enum Kind {
        /** There is no connection. */
        NOT_CONNECTED("not-connected"),
        /** The connection ended before the answer. */
        CONNECTION_LOST("connection-lost"),
        /** The other side refuses the credentials, or the user lacks a permission. */
        UNAUTHORIZED("unauthorized"),
        /** The other side accepts nothing at present: an alarm of RabbitMQ, or no credit for the AMQP 1.0 link. */
        BLOCKED("blocked"),
        /** As many deliveries as the configured number wait for their answers. */
        BACKLOG("backlog"),
        /** There was no answer before the deadline. */
        TIMEOUT("timeout"),
        /** The other side refused it, for instance Redis without memory. */
        REFUSED("refused");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        /** Returns the label in metrics. */
        public String code() {
            return code;
        }
    }

    private final Kind kind;

    /** Creates one. */
    public ConnectionException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Returns the end of a connection that the program closes because it ends. */
    public static ConnectionException programEnds() {
        return new ConnectionException(Kind.NOT_CONNECTED, "the program ends");
    }

    /** Returns what failed. */
    public Kind kind() {
        return kind;
    }

    /** Returns a sentence about why a connection failed, for operators: without the names of exceptions where the cause is known. */
    public static String reason(@Nullable Throwable cause) {
        return switch (cause) {
            case ConnectException _ -> "connection refused, or no answer from its address";
            case UnknownHostException _ -> "its host name cannot be resolved";
            case NoRouteToHostException _ -> "no route to its host";
            case TimeoutException _ -> "no answer in time";
            case SocketTimeoutException _ -> "no answer in time";
            case EOFException _ -> "it closed the connection";
            case null, default -> String.valueOf(cause);
        };
    }
}
