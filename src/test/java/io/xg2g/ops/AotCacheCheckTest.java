package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AotCacheCheckTest {
    private static final List<String> OPTIONS = List.of("-Xmx64m", "-XX:AOTCache=/usr/lib/app.aot");

    @Test
    void anUnusedCacheIsLoggedWithItsPath() {
        assertThat(AotCacheCheck.unused(OPTIONS, "mixed mode"))
                .hasValueSatisfying(warning -> assertThat(warning)
                        .startsWith("AOT cache not used, the start is slower: cache=/usr/lib/app.aot "));
    }

    @Test
    void aUsedOrUnconfiguredCacheIsNotLogged() {
        assertThat(AotCacheCheck.unused(OPTIONS, "mixed mode, sharing")).isEmpty();
        assertThat(AotCacheCheck.unused(List.of("-Xshare:off"), "mixed mode")).isEmpty();
    }
}
