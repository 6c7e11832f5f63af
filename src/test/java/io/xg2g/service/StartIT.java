package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.http.FreePort;
import io.xg2g.http.KeptSocket;
import io.xg2g.schedule.Patience;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Start of the packaged program, and its error messages. */
class StartIT {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            xg2g.gpu.queue.workers        | 0             | xg2g.gpu.queue.workers is 0; allowed is 1 to 64
            xg2g.gpu.queue.sise           | 3             | xg2g.gpu.queue.sise in SysPropConfigSource is not a property of this program
            quarkus.http.host             | 192.0.2.1     | quarkus.http.host is 192.0.2.1, but no identities are configured
            """)
    void aWrongSettingFailsTheStartWithOneLine(String property, String value, String reason) throws Exception {
        assertThat(reasonOf(Map.of(property, value))).startsWith(reason);
    }

    /** Further settings; each starts the program. */
    @ParameterizedTest
    @Tag("nightly")
    @CsvSource(delimiter = '|', textBlock = """
            xg2g.gpu.queue.max-wait       | soon          | xg2g.gpu.queue.max-wait is soon: Invalid duration
            xg2g.data-dir                 | /proc/x/y     | xg2g.data-dir /proc/x/y cannot be used
            xg2g.security.token-file      | /nonexistent  | xg2g.security.token-file cannot be read: /nonexistent (no such file)
            quarkus.http.port             | 99999         | quarkus.http.port is 99999; allowed is 0 to 65535
            xg2g.gpu.queue.workers        | banana        | xg2g.gpu.queue.workers is banana; allowed is 1 to 64, or auto
            xg2g.gpu.queue.size           | many          | xg2g.gpu.queue.size is many: Expected an integer value
            xg2g.gpu.queue.size           | 0             | xg2g.gpu.queue.size is 0; allowed is
            xg2g.gpu.queue.max-wait       | 2h            | xg2g.gpu.queue.max-wait is 2h; allowed is 100ms to 1h
            xg2g.ffmpeg.run-timeout       | 0s            | xg2g.ffmpeg.run-timeout is 0s; allowed is
            xg2g.transcode.keep           | 0s            | xg2g.transcode.keep is 0s; allowed is
            xg2g.shutdown-grace           | 2h            | xg2g.shutdown-grace is 2h; allowed is
            xg2g.shutdown-grace           | never         | xg2g.shutdown-grace is never: Invalid duration
            xg2g.transcode.max-body       | lots          | xg2g.transcode.max-body is lots: value lots not in correct format
            xg2g.ffmpeg.work-dir          | /proc/x/y     | xg2g.data-dir /proc/x/y/data cannot be used
            xg2g.live.channels-file       | README.md     | xg2g.live.channels-file
            xg2g.security.playback.keys   | short         | xg2g.security.playback.keys is malformed; allowed is
            xg2g.security.oidc.issuer     | nonsense      | xg2g.security.oidc.issuer is nonsense; allowed is an http or https URL
            xg2g.receivers.box.url        | nonsense      | xg2g.receivers.box.url is
            quarkus.http.port             | eighty        | quarkus.http.port is eighty: Expected an integer value
            quarkus.management.port       | -1            | quarkus.management.port is -1; allowed is 0 to 65535
            """)
    void everyWrongSettingFailsTheStartWithOneLine(String property, String value, String reason) throws Exception {
        assertThat(reasonOf(Map.of(property, value))).startsWith(reason);
    }

    @Test
    @Tag("nightly")
    void theFirstLineAfterAByteOrderMarkIsRead() throws Exception {
        Path file = Files.writeString(directory.resolve("application.properties"), "\uFEFFxg2g.gpu.queue.size=many\n");

        assertThat(reasonOf(Map.of("quarkus.config.locations", file.toUri().toString())))
                .startsWith("xg2g.gpu.queue.size is many");
    }

    @Test
    void aPortInUseFailsTheStartWithOneLine() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(other.getLocalPort());

            assertThat(reasonOf(Map.of("quarkus.http.port", port)))
                    .startsWith("127.0.0.1 port " + port + " cannot be bound")
                    .contains("quarkus.http.port");
            assertThat(reasonOf(Map.of("quarkus.management.port", port)))
                    .contains("cannot be bound")
                    .contains("quarkus.management.port");
        }
    }

    @Test
    void anInheritedSocketOfAnotherAddressFailsTheStartWithOneLine() throws Exception {
        int port = FreePort.any();
        try (KeptSocket socket = KeptSocket.listen(directory, port)) {
            Map<String, String> other = Map.of("quarkus.http.port", "0");

            assertThat(reasonOf(socket.prefix(), other))
                    .startsWith("quarkus.http.host and quarkus.http.port are 127.0.0.1 and 0, but the socket")
                    .contains("127.0.0.1 and " + port);

            // Without TLS no server has that port.
            Map<String, String> unused =
                    Map.of("quarkus.http.port", "0", "quarkus.http.ssl-port", Integer.toString(port));
            assertThat(reasonOf(socket.prefix(), unused)).startsWith("quarkus.http.port: no server listens there");
        }
    }

    @Test
    void aLockedWorkDirectoryFailsTheStartWithOneLine() throws Exception {
        Path work = Files.createDirectories(directory.resolve("work"));
        try (FileChannel lock =
                FileChannel.open(work.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();

            assertThat(reasonOf(Map.of())).startsWith("xg2g.ffmpeg.work-dir " + work + " is in use by another");
        }
        Files.delete(work.resolve("lock"));
        Files.createFile(work.resolve("diary.txt"));

        assertThat(reasonOf(Map.of())).startsWith("xg2g.ffmpeg.work-dir " + work + " holds files that are not");
    }

    /** Regression: Quarkus' meters of a server with a random port prevented the other one from listening. */
    @Test
    @Tag("nightly")
    void fixedAndRandomPortsCanBeCombined() throws Exception {
        List<Map<String, String>> ports = List.of(
                Map.of(),
                Map.of("quarkus.http.port", Integer.toString(FreePort.any())),
                Map.of("quarkus.management.port", Integer.toString(FreePort.any())));
        for (Map<String, String> configuration : ports) {
            try (RunningService service = RunningService.start(directory.resolve("work"), configuration)) {
                service.terminate();

                assertThat(service.process().waitFor(Patience.seconds(120).toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(service.process().exitValue()).as(service.log()).isZero();
                assertThat(service.log()).doesNotContain("already registered", " WARN ", " ERROR ");
            }
        }
    }

    private String reasonOf(Map<String, String> configuration) throws Exception {
        return reasonOf(List.of(), configuration);
    }

    private String reasonOf(List<String> prefix, Map<String, String> configuration) throws Exception {
        try (RunningService service = RunningService.launchBy(prefix, directory.resolve("work"), configuration)) {
            assertThat(service.process().waitFor(Patience.seconds(120).toSeconds(), TimeUnit.SECONDS))
                    .as("it ends: %s", service.log())
                    .isTrue();
            Awaitility.await().until(() -> service.log().contains("ERROR"));
            String log = service.log();
            assertThat(service.process().exitValue()).as(log).isEqualTo(1);
            assertThat(log).doesNotContain("\tat ");
            List<String> errors =
                    log.lines().filter(line -> line.contains("ERROR")).toList();
            assertThat(errors).as(log).hasSize(1);
            return errors.getFirst().replaceFirst(".*the program does not start: ", "");
        }
    }
}
