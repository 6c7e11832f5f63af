package io.xg2g.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConnectionExceptionTest {
    @Test
    void reasonsAreSentencesAndNotNamesOfExceptions() {
        assertThat(Stream.of(
                                new ConnectException("Connection refused"),
                                new UnknownHostException("broker"),
                                new NoRouteToHostException("No route to host"),
                                new TimeoutException(),
                                new SocketTimeoutException("connect timed out"),
                                new EOFException())
                        .map(ConnectionException::reason))
                .allSatisfy(reason -> assertThat(reason).matches("[a-z ,]+"));
        assertThat(ConnectionException.reason(new IOException("odd"))).contains("odd");
    }
}
