package io.xg2g.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceiverSettingsTest {

    @Test
    void theDefaultsFitTheReceivers() {
        ReceiverSettings settings = read(Map.of("url", "http://box.lan/"));
        assertThat(settings.url()).hasToString("http://box.lan");
        assertThat(settings.ports()).isEqualTo(new ReceiverSettings.Ports(8001, 17999));
        assertThat(settings.timeout(8001)).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.timeout(17999)).isEqualTo(Duration.ofSeconds(8));
        assertThat(settings.timing().pace()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.headers()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "url, ftp://box",
        "url, box.lan",
        "url, http://",
        "url, http://box/?x=1",
        "stream-port, 0",
        "relay-port, 65536",
        "relay-port, 8001",
        "timeout, 10ms",
        "relay-timeout, 2m",
        "pace, 61s",
        "remember, 31d",
        "remember-failure, 61m",
        "refresh, 0s",
        "max-streams, -1",
        "username, a:b",
        "password, alone"
    })
    void valuesOutOfBoundsAreReported(String key, String value) {
        assertThatThrownBy(() -> read(Map.of(key, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("xg2g.receivers.box." + (key.equals("password") ? "username" : key))
                .hasMessageContaining("; allowed is ");
    }

    @Test
    void secretsAreNotShown() {
        for (String url : new String[] {"http://root:s3cret@box", "http://root:s3cret%@box", "root:s3cret@box"}) {
            assertThatThrownBy(() -> read(Map.of("url", url)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageNotContaining("s3cret");
        }
        assertThat(read(Map.of("username", "root", "password", "s3cret")).toString())
                .doesNotContain("s3cret");
    }

    @Test
    void aNameHasLettersDigitsHyphensAndUnderscoresOnly() {
        assertThatThrownBy(() -> ReceiverSettings.of("a b", config(Map.of())))
                .hasMessageStartingWith("xg2g.receivers is «a b»; allowed is a name of");
    }

    private static ReceiverSettings read(Map<String, String> keys) {
        return ReceiverSettings.of("box", config(keys));
    }

    private static ReceiversConfig.Receiver config(Map<String, String> keys) {
        Map<String, String> properties = new TreeMap<>(Map.of("xg2g.receivers.box.url", "http://box.lan"));
        keys.forEach((key, value) -> properties.put("xg2g.receivers.box." + key, value));
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(ReceiversConfig.class)
                .build()
                .getConfigMapping(ReceiversConfig.class)
                .receivers()
                .get("box");
    }
}
