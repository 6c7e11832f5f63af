package io.xg2g.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.connection.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputSettingsTest {

    @Test
    void nothingIsConfiguredByDefault() {
        OutputSettings settings = TestOutputConfig.of(Map.of());

        assertThat(settings.redis()).isEmpty();
        assertThat(settings.broker()).isEmpty();
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aUrlHasDefaultPortsAndKeepsItsCredentialsToItself() {
        Endpoint redis = TestOutputConfig.of(Map.of("redis.url", "rediss://me:p%40ss+%3A@[::1]/3"))
                .redis()
                .orElseThrow()
                .endpoint();
        Endpoint broker = TestOutputConfig.of(Map.of("broker.url", "amqps://broker.example.org/a%2Fb"))
                .broker()
                .orElseThrow()
                .endpoint();

        assertThat(redis.username()).contains("me");
        assertThat(redis.password()).contains("p@ss+:");
        assertThat(redis.port()).isEqualTo(6379);
        assertThat(redis.tls()).isTrue();
        assertThat(redis).hasToString("[::1]:6379");
        assertThat(broker.path()).isEqualTo("a/b");
        assertThat(broker).hasToString("broker.example.org:5671");
    }

    @Test
    void aPasswordWithoutANameIsThatOfTheDefaultUser() {
        OutputSettings.Redis redis = TestOutputConfig.of(
                        Map.of("redis.url", "redis://localhost/7", "redis.password", "hush"))
                .redis()
                .orElseThrow();

        assertThat(redis.endpoint().username()).isEmpty();
        assertThat(redis.endpoint().password()).contains("hush");
        assertThat(redis.endpoint().path()).isEqualTo("7");
        assertThat(redis.prefix()).isEqualTo("xg2g:frames:");
    }

    @ParameterizedTest
    @CsvSource({
        "redis.url, http://example.org/, redis.url",
        "redis.url, redis://me:hush@example.org/x?a=b, redis.url",
        "redis.url, redis://example.org/frames, redis.url",
        "redis.vhost, a:b, redis.vhost",
        "redis.prefix, a b, redis.prefix",
        "redis.ttl, 999ms, redis.ttl",
        "broker.url, mqtt://example.org, broker.url",
        "broker.protocol, stomp, broker.protocol",
        "broker.exchange, a/b, broker.exchange",
        "broker.metadata-exchange, a b, broker.metadata-exchange",
        "broker.status-exchange, ä, broker.status-exchange",
        "broker.address, {camera}, broker.address",
        "timeout, 99ms, timeout",
        "in-flight, 0, in-flight",
        "ca-file, /nonexistent, ca-file"
    })
    void aBadValueIsNamedWithItsKey(String key, String value, String named) {
        assertThatThrownBy(() -> TestOutputConfig.of(Map.of(key, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("xg2g.camera-outputs." + named + " is ")
                .hasMessageNotContaining("hush");
    }

    @Test
    void credentialsAreInTheUrlOrBesideIt() {
        assertThatThrownBy(() -> TestOutputConfig.of(
                        Map.of("broker.url", "amqp://a:hush@localhost", "broker.password", "hush2")))
                .hasMessageStartingWith("xg2g.camera-outputs.broker.password is ")
                .hasMessageNotContaining("hush");
        assertThatThrownBy(
                        () -> TestOutputConfig.of(Map.of("redis.url", "redis://localhost", "redis.username", "camera")))
                .hasMessageContaining("redis.password is missing");
    }

    @Test
    void aFileOfAuthoritiesHasCertificates(@TempDir Path directory) throws Exception {
        Path empty = Files.createFile(directory.resolve("ca.pem"));

        assertThatThrownBy(() -> TestOutputConfig.of(Map.of("ca-file", empty.toString())))
                .hasMessageContaining("no certificate");
    }
}
