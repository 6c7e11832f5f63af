package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StartFailureTest {

    @Test
    void aRefusedValueIsReportedWithTheMessageOfItsCause() {
        StartFailure failure = started(new ConfigurationException("xg2g.shutdown-grace is 2h; allowed is 0s to 1h"));

        assertThat(failure.reason()).isEqualTo("xg2g.shutdown-grace is 2h; allowed is 0s to 1h");
        assertThat(failure.isDefect()).isFalse();
    }

    @Test
    void conversionErrorsUnknownAndMissingPropertiesAreReportedOnce() {
        StartFailure failure = started(invalid(
                "java.lang.IllegalArgumentException: SRCFG00039: The config property xg2g.gpu.queue.size with the config"
                        + " value \"many\" threw an Exception whilst being converted SRCFG00029: Expected an integer value,"
                        + " got \"many\"",
                "SRCFG00050: xg2g.gpu.queue.sise in SysPropConfigSource does not map to any root",
                "SRCFG00050: xg2g.gpu.queue.sise in SysPropConfigSource does not map to any root",
                "SRCFG00014: The config property xg2g.receivers.box.url is required but it could not be found in any config"
                        + " source"));

        assertThat(failure.reason())
                .isEqualTo("xg2g.gpu.queue.size is many: Expected an integer value, got \"many\";"
                        + " docs/configuration.md lists what is allowed;"
                        + " xg2g.gpu.queue.sise in SysPropConfigSource is not a property of this program;"
                        + " docs/configuration.md lists what is allowed;"
                        + " xg2g.receivers.box.url is missing; docs/configuration.md lists what is allowed");
        assertThat(failure.isDefect()).isFalse();
    }

    @Test
    void fileErrorsHaveTheReasonOfTheOperatingSystem() {
        StartFailure failure = started(new UncheckedIOException(
                "xg2g.ffmpeg.work-dir /x cannot be used", new AccessDeniedException("/x", null, "Permission denied")));

        assertThat(failure.reason())
                .isEqualTo("xg2g.ffmpeg.work-dir /x cannot be used (access denied: Permission denied)");
        assertThat(failure.isDefect()).isFalse();
    }

    @Test
    void writeErrorsHaveTheReasonOfTheOperatingSystem() {
        StartFailure failure = started(new UncheckedIOException(
                "xg2g.data-dir: /x/playback-key cannot be read or written",
                new IOException("No space left on device")));

        assertThat(failure.reason())
                .isEqualTo("xg2g.data-dir: /x/playback-key cannot be read or written (No space left on device)");
        assertThat(failure.isDefect()).isFalse();
    }

    @Test
    void aMessageThatBeginsWithAPropertyIsAConfigurationError() {
        assertThat(started(new IllegalStateException("xg2g.data-dir /x is in use by another running program"))
                        .isDefect())
                .isFalse();
    }

    @Test
    void aPortInUseIsReportedWithTheProperties() {
        StartFailure failure =
                started(new QuarkusBindException("127.0.0.1", 8080, new BindException("Address already in use")));

        assertThat(failure.reason())
                .startsWith("127.0.0.1 port 8080 cannot be bound: Address already in use (")
                .contains("quarkus.http.port", "quarkus.management.port");
        assertThat(failure.isDefect()).isFalse();
    }

    @Test
    void aManagementPortInUseIsReportedWithTheProperties() {
        StartFailure failure = started(new IllegalStateException(
                "Unable to start the management interface on 127.0.0.1:9000",
                new BindException("Address already in use")));

        assertThat(failure.reason())
                .startsWith("127.0.0.1 port 9000 cannot be bound: Address already in use (")
                .contains("quarkus.management.port");
        assertThat(failure.isDefect()).isFalse();
    }

    @Test
    void otherErrorsAreReportedInOneLine() {
        StartFailure failure = started(new NullPointerException("a\n  b"));

        assertThat(failure.reason()).isEqualTo("java.lang.NullPointerException: a b");
        assertThat(failure.isDefect()).isTrue();
    }

    private static StartFailure started(Throwable cause) {
        return StartFailure.of(new RuntimeException("Failed to start quarkus", new RuntimeException(cause)));
    }

    private static ConfigValidationException invalid(String... problems) {
        return new ConfigValidationException(Arrays.stream(problems)
                .map(ConfigValidationException.Problem::new)
                .toArray(ConfigValidationException.Problem[]::new));
    }
}
