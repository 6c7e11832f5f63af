package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.http.FreePort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program on its own, in whose configuration the servers of a cluster are left. */
class SingleProgramIT {
    private static final String LISTENS = "0A";

    @TempDir
    Path directory;

    /** Socket of a process, as in {@code /proc/net/tcp}. */
    private record TcpSocket(String localPort, String state) {
        static TcpSocket of(String[] fields) {
            return new TcpSocket(fields[1].substring(fields[1].indexOf(':') + 1), fields[3]);
        }
    }

    @Test
    void itContactsNobodyAndOpensNoPortForMembers() throws Exception {
        int inner = FreePort.any();
        try (ConnectionRecorder servers = ConnectionRecorder.listen();
                RunningService service = RunningService.start(
                        directory,
                        Map.of(
                                "xg2g.cluster.secret",
                                "a secret of the tests, of 32 characters",
                                "xg2g.cluster.port",
                                Integer.toString(inner),
                                "xg2g.cluster.broker.url",
                                "amqp://127.0.0.1:" + servers.port(),
                                "xg2g.cluster.redis.url",
                                "redis://127.0.0.1:" + servers.port()))) {
            HttpRequest clip = HttpRequest.newBuilder(service.api("/api/v1/transcodes?profile=480p"))
                    .header("Content-Type", "video/mp2t")
                    .POST(BodyPublishers.ofFile(TestMedia.progressive()))
                    .build();
            assertThat(RunningService.send(clip, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(200);

            assertThat(servers.contacts()).isEmpty();
            assertThat(outgoing(service.process().pid())).isEmpty();
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), inner).close())
                    .isInstanceOf(ConnectException.class);
        }
    }

    /** Connections of a process that it has opened: their local port is none on which it listens. */
    private static List<TcpSocket> outgoing(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        Set<String> inodes;
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            inodes = descriptors.map(SingleProgramIT::target).collect(Collectors.toSet());
        }
        List<TcpSocket> own = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            Files.readAllLines(process.resolve("net").resolve(table)).stream()
                    .skip(1)
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields -> inodes.contains("socket:[" + fields[9] + "]"))
                    .map(TcpSocket::of)
                    .forEach(own::add);
        }
        Set<String> listening = own.stream()
                .filter(socket -> socket.state().equals(LISTENS))
                .map(TcpSocket::localPort)
                .collect(Collectors.toSet());
        assertThat(listening).hasSizeGreaterThanOrEqualTo(2);
        return own.stream()
                .filter(socket -> !listening.contains(socket.localPort()))
                .toList();
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "";
        }
    }
}
