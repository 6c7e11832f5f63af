package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.xg2g.ffmpeg.ProfilesConfig;
import io.xg2g.receiver.ReceiversConfig;
import io.xg2g.security.ApiTokensConfig;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentCheckTest {
    private static final Set<String> KEYS = Set.of("xg2g.gpu.queue.max-wait", "quarkus.http.port");

    @Test
    void aVariableThatNoKeyReadsIsUnknown() {
        assertThat(EnvironmentCheck.unknown(KEYS, Set.of("XG2G_GPU_QUEUE_MAXWAIT", "XG2G_PROFILES_TYPO", "PATH")))
                .containsExactly("XG2G_GPU_QUEUE_MAXWAIT", "XG2G_PROFILES_TYPO");
    }

    @Test
    void variablesOfKeysOfProfilesAndOfOthersAreNot() {
        assertThat(EnvironmentCheck.unknown(
                        KEYS,
                        Set.of(
                                "XG2G_GPU_QUEUE_MAX_WAIT",
                                "XG2G_HTTP_TRUSTED_PROXIES",
                                "XG2G_SECURITY_TOKEN_FILE",
                                "XG2G_SECURITY_OIDC_ISSUER",
                                "XG2G_SECURITY_OIDC_AUDIENCE",
                                "XG2G_SECURITY_OIDC_ROLES_CLAIM",
                                "XG2G_SECURITY_PLAYBACK_KEYS",
                                "XG2G_PROFILES_4K_HEIGHT",
                                "XG2GX",
                                "HOME")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(classes = {ProfilesConfig.class, ReceiversConfig.class, ApiTokensConfig.class})
    void everyKeyUnderANameIsKnown(Class<?> mapping) {
        Set<String> variables = ConfigMappings.getProperties(ConfigClass.configClass(mapping)).keySet().stream()
                .map(key -> key.replace("*", "some_name")
                        .replaceAll("[^A-Za-z0-9]", "_")
                        .toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
        assertThat(variables).hasSizeGreaterThan(2);
        assertThat(EnvironmentCheck.unknown(KEYS, variables)).isEmpty();
    }
}
