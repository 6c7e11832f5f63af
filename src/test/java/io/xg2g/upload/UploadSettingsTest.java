package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UploadSettingsTest {
    private static final Map<String, String> BUCKET =
            Map.of("s3.bucket", "tv1", "s3.access-key", "AKIA", "s3.secret-key", "hush", "s3.prefix", "/a/b");

    @Test
    void nothingIsUploadedWithoutATarget() {
        assertThat(TestUploadConfig.of(Map.of()).target()).isEmpty();
    }

    @Test
    void aUrlIsADirectoryAndKeepsItsCredentialsToItself() {
        UploadSettings.Address address = TestUploadConfig.of(
                        Map.of("url", "https://cdn.example.org:8443/live", "username", "me", "password", "s3cret"))
                .target()
                .orElseThrow();

        assertThat(address.base()).isEqualTo(URI.create("https://cdn.example.org:8443/live/"));
        assertThat(address.authorization()).contains("Basic bWU6czNjcmV0");
        assertThat(address.toString()).doesNotContain("bWU6").doesNotContain("s3cret");
    }

    @Test
    void aBucketIsInTheHostNameOrInThePath() {
        assertThat(TestUploadConfig.of(BUCKET).target().orElseThrow().base())
                .isEqualTo(URI.create("https://tv1.s3.us-east-1.amazonaws.com/a/b/"));
        Map<String, String> own = new TreeMap<>(BUCKET);
        own.putAll(Map.of("s3.endpoint", "http://127.0.0.1:9000", "s3.path-style", "true"));
        UploadSettings.Address address = TestUploadConfig.of(own).target().orElseThrow();
        assertThat(address.base()).isEqualTo(URI.create("http://127.0.0.1:9000/tv1/a/b/"));
        assertThat(address.keys().orElseThrow().toString()).doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "url, ftp://example.org/, url",
        "url, https://me:hush@example.org/, url",
        "url, https://example.org/?a=b, url",
        "password, hush, username",
        "s3.bucket, Big_Bucket, s3.bucket",
        "s3.bucket, tv1, s3.access-key",
        "s3.prefix, ä, s3.prefix",
        "s3.region, US EAST, s3.region",
        "s3.endpoint, https://example.org/path, s3.endpoint",
        "channels, a b, channels",
        "premium, A, premium",
        "parallel, 0, parallel",
        "parallel, 65, parallel",
        "timeout, 999ms, timeout",
        "max-bytes, 1M, max-bytes",
        "memory, 1M, memory",
        "max-age, 1s, max-age"
    })
    void aBadValueIsNamedWithItsKey(String key, String value, String named) {
        assertThatThrownBy(() -> TestUploadConfig.of(Map.of(key, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("xg2g.upload." + named + " is ")
                .hasMessageNotContaining("hush");
    }

    @Test
    void urlAndBucketExcludeEachOther() {
        Map<String, String> both = new TreeMap<>(BUCKET);
        both.put("url", "https://example.org/");
        assertThatThrownBy(() -> TestUploadConfig.of(both)).hasMessageContaining("not both");
    }

    @Test
    void channelsAreAllOrThoseNamed() {
        assertThat(TestUploadConfig.of(Map.of()).selection().includes("tv")).isTrue();
        UploadSettings.Selection some =
                TestUploadConfig.of(Map.of("channels", "tv,door")).selection();
        assertThat(some.includes("door")).isTrue();
        assertThat(some.includes("radio")).isFalse();
        assertThatThrownBy(() -> TestUploadConfig.of(Map.of("channels", "all,tv")))
                .hasMessageContaining("all, or ids");
    }
}
