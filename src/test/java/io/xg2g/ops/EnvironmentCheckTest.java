package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

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
                        KEYS, Set.of("XG2G_GPU_QUEUE_MAX_WAIT", "XG2G_PROFILES_4K_HEIGHT", "XG2GX", "HOME")))
                .isEmpty();
    }
}
