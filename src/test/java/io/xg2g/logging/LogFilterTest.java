package io.xg2g.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class LogFilterTest {
    static final List<Throwable> LEFT = List.of(
            new SocketException("Connection reset"),
            new IOException("Connection reset by peer"),
            new IOException("Broken pipe"),
            new ClosedChannelException(),
            new HttpClosedException("Connection was closed"),
            new StreamResetException(8),
            new IllegalStateException(new IOException("Broken pipe")));

    static final List<Throwable> OTHER = List.of(
            new IOException("No space left on device"), new IllegalStateException("bug"), new NullPointerException());

    private final LogFilter filter = new LogFilter();

    @ParameterizedTest
    @FieldSource("LEFT")
    void aDisconnectedClientIsNotLoggedAsAnErrorOfTheHttpStack(Throwable left) {
        for (String logger : List.of(
                "org.jboss.resteasy.reactive.server.handlers.PublisherResponseHandler",
                "io.netty.channel.DefaultChannelPipeline",
                "io.vertx.core.net.impl.ConnectionBase",
                "io.quarkus.vertx.http.runtime.QuarkusErrorHandler")) {
            assertThat(isLogged(logger, Level.ERROR, left)).as(logger).isFalse();
            assertThat(isLogged(logger, Level.WARN, left)).as(logger).isFalse();
            assertThat(isLogged(logger, Level.DEBUG, left)).as(logger).isTrue();
        }
        assertThat(isLogged("io.xg2g.ingest.Ingest", Level.ERROR, left)).isTrue();
    }

    @ParameterizedTest
    @FieldSource("OTHER")
    void anotherFailureIsAnError(Throwable failure) {
        assertThat(isLogged("io.netty.channel.DefaultChannelPipeline", Level.WARN, failure))
                .isTrue();
    }

    private boolean isLogged(String logger, Level level, Throwable thrown) {
        ExtLogRecord entry = new ExtLogRecord(level, "failed", "fqcn");
        entry.setLoggerName(logger);
        entry.setThrown(thrown);
        return filter.isLoggable(entry);
    }
}
