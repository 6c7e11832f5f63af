package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.cluster.RealRedis;
import io.xg2g.connection.ConnectionException;
import io.xg2g.schedule.Patience;
import java.time.Duration;
import java.util.Collections;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RedisKeysIT {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void ofTwoGatewaysOneGetsEachEntry() throws Exception {
        try (RealRedis redis = new RealRedis()) {
            List<RedisKeys> keys = List.of(new RedisKeys(redis.connect()), new RedisKeys(redis.connect()));
            List<Integer> claimed = Collections.synchronizedList(new ArrayList<>());
            List<Thread> threads = new ArrayList<>();
            for (int gateway = 0; gateway < 2; gateway++) {
                String text = "gateway-" + gateway;
                RedisKeys own = keys.get(gateway);
                threads.add(Thread.startVirtualThread(() -> {
                    for (int i = 0; i < 500; i++) {
                        try {
                            if (own.replace("entry" + i, "", text, HOUR).isEmpty()) {
                                claimed.add(i);
                            }
                        } catch (ConnectionException | InterruptedException failure) {
                            throw new AssertionError(failure);
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(claimed).hasSize(500).doesNotHaveDuplicates();
        }
    }

    @Test
    void anEntryIsReplacedRemovedAndExpires() throws Exception {
        try (RealRedis redis = new RealRedis()) {
            RedisKeys keys = new RedisKeys(redis.connect());

            assertThat(keys.replace("e", "", "one", HOUR)).isEmpty();
            assertThat(keys.replace("e", "", "two", HOUR)).contains("one");
            assertThat(keys.replace("e", "one", "two", HOUR)).isEmpty();
            assertThat(keys.replace("e", "one", "", HOUR)).contains("two");
            assertThat(keys.replace("e", "two", "", HOUR)).isEmpty();
            assertThat(keys.replace("e", "lost", "three", Duration.ofMillis(1))).isEmpty();
            Awaitility.await()
                    .atMost(Patience.seconds(10))
                    .until(() -> keys.replace("e", "", "four", HOUR).isEmpty());

            redis.kill();
            assertThatThrownBy(() -> keys.replace("e", "", "five", HOUR)).isInstanceOf(ConnectionException.class);
        }
    }
}
