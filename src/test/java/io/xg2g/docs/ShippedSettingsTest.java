package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.logging.LoggingFilter;
import io.xg2g.logging.LogFilter;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Test of settings of the framework in {@code application.properties} that no other test covers. */
class ShippedSettingsTest {

    /** Both apply to the native executable only, which is not built by the tests. */
    @Test
    void theNativeExecutableHasDnsAndHeapSettingsOfAJvm() throws IOException {
        assertThat(List.of(shipped("quarkus.native.additional-build-args").split(",")))
                .contains(
                        "--initialize-at-run-time=sun.net.InetAddressCachePolicy",
                        "-R:MaximumHeapSizePercent=25",
                        "-R:+ExitOnOutOfMemoryError");
    }

    @ParameterizedTest
    @ValueSource(strings = {"console", "file", "syslog", "socket"})
    void everyLogHandlerHasTheFilterThatLimitsErrorsAndRemovesCredentials(String handler) throws IOException {
        assertThat(shipped("quarkus.log." + handler + ".filter"))
                .isEqualTo(LogFilter.class.getAnnotation(LoggingFilter.class).name());
    }

    /** The access log can bypass the handlers. {@code %r} and {@code %q} contain the query, with playback tokens. */
    @Test
    void theLogOfRequestsHasNoQueries() throws IOException {
        assertThat(shipped("quarkus.http.access-log.pattern"))
                .contains("%U")
                .doesNotContain("%r", "%q", "%R", "{i,Referer}");
    }

    private static String shipped(String key) throws IOException {
        Properties shipped = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            shipped.load(reader);
        }
        return shipped.getProperty(key, "");
    }
}
