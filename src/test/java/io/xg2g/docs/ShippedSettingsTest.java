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

/** Settings of the framework, in {@code application.properties}, that nothing else would miss. */
class ShippedSettingsTest {

    /** Both are of the executable alone, which is built where there is a GraalVM. */
    @Test
    void theNativeExecutableResolvesNamesAnewAndLeavesMemoryToItsChildren() throws IOException {
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

    /** It can be written past the handlers. {@code %r} and {@code %q} have the query, in which the tokens of playbacks are. */
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
