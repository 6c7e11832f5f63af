package io.xg2g.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RedisMemoryTest {
    private static final String INFO = """
            # Memory\r
            used_memory:1048576\r
            total_system_memory:8000000000\r
            maxmemory:%d\r
            maxmemory_human:64.00M\r
            maxmemory_policy:%s\r
            """;

    private final RedisMemory memory = new RedisMemory(Duration.ofSeconds(60));

    @Test
    void theAnswerOfTheServerIsRead() {
        RedisMemory.Server server = RedisMemory.Server.of(INFO.formatted(67108864, "volatile-ttl"));

        assertThat(server.limit()).hasValue(67108864);
        assertThat(server.policy()).isEqualTo("volatile-ttl");
        assertThat(RedisMemory.Server.of(INFO.formatted(0, "noeviction")).limit())
                .as("of the machine")
                .hasValue(8_000_000_000L);
        assertThat(RedisMemory.Server.of("").limit()).isEmpty();
    }

    @Test
    void theNeedIsCamerasTimesRateTimesLifeTimesSize() {
        // 10 cameras at 10 frames a second of 50 kB, over 10 s.
        RedisMemory.Load load = new RedisMemory.Load(10, 1000, 50_000_000, Duration.ofSeconds(10));

        assertThat(load.needed(Duration.ofSeconds(60))).isEqualTo(10 * 10 * 60 * (50_000 + 256));
    }

    @Test
    void anotherPolicyIsReportedOnceAndAgainAfterAChange() {
        assertThat(judge(1L << 30, "volatile-ttl")).isEmpty();
        assertThat(judge(1L << 30, "noeviction")).singleElement().satisfies(report -> {
            assertThat(report.warning()).isTrue();
            assertThat(report.text()).contains("maxmemory-policy=noeviction").contains("volatile-ttl");
        });
        assertThat(judge(1L << 30, "noeviction")).isEmpty();
        assertThat(judge(1L << 30, "allkeys-lru")).hasSize(1);
        assertThat(judge(0, "volatile-ttl"))
                .singleElement()
                .satisfies(report -> assertThat(report.text()).contains("maxmemory=none"));
    }

    @Test
    void theNeedIsReportedAtFirstAndWhenItDrifts() {
        long limit = 400_000_000;

        assertThat(judge(limit, 1000, 50_000)).singleElement().satisfies(report -> {
            assertThat(report.warning()).isFalse();
            assertThat(report.text()).contains("needed_bytes=301536000").contains("limit_bytes=400000000");
        });
        assertThat(judge(limit, 1000, 60_000)).as("a fifth more").isEmpty();
        assertThat(judge(limit, 1000, 70_000)).singleElement().satisfies(report -> {
            assertThat(report.warning()).isTrue();
            assertThat(report.text()).contains("too little");
        });
        assertThat(judge(limit, 1000, 70_000)).isEmpty();
        assertThat(judge(limit, 1000, 100_000)).as("worse").hasSize(1);
        assertThat(judge(limit, 1000, 20_000))
                .singleElement()
                .satisfies(report -> assertThat(report.warning()).isFalse());
    }

    private List<RedisMemory.Report> judge(long limit, String policy) {
        return memory.judge(RedisMemory.Server.of(INFO.formatted(limit, policy)), Optional.empty());
    }

    private List<RedisMemory.Report> judge(long limit, int frames, int size) {
        return memory.judge(
                RedisMemory.Server.of(INFO.formatted(limit, "volatile-ttl")),
                Optional.of(new RedisMemory.Load(10, frames, (long) frames * size, Duration.ofSeconds(10))));
    }
}
