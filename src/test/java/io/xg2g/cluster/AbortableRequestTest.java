package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpClientRequest;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class AbortableRequestTest {
    private static final int ROUNDS = 2_000;

    private final List<String> calls = new ArrayList<>();
    private final HttpClientRequest opened = (HttpClientRequest) Proxy.newProxyInstance(
            HttpClientRequest.class.getClassLoader(), new Class<?>[] {HttpClientRequest.class}, (_, method, _) -> {
                synchronized (calls) {
                    calls.add(method.getName());
                }
                return true;
            });

    @Test
    void aRequestThatIsNotAbortedIsLeftAlone() {
        new AbortableRequest().opened(opened);

        assertThat(calls).isEmpty();
    }

    @Test
    void aRequestThatIsOpenIsReset() {
        AbortableRequest request = new AbortableRequest();
        request.opened(opened);

        request.abort();

        assertThat(calls).containsExactly("reset");
    }

    @Test
    void aRequestThatIsOpenedAfterItWasAbortedIsReset() {
        AbortableRequest request = new AbortableRequest();
        request.abort();
        assertThat(calls).isEmpty();

        request.opened(opened);

        assertThat(calls).containsExactly("reset");
    }

    @Test
    void aRequestThatIsAbortedWhileItIsOpenedIsReset() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            calls.clear();
            AbortableRequest request = new AbortableRequest();
            CyclicBarrier together = new CyclicBarrier(2);
            Thread other = Thread.startVirtualThread(() -> {
                join(together);
                request.abort();
            });
            join(together);
            request.opened(opened);
            other.join();

            assertThat(calls).containsExactly("reset");
        }
    }

    private static void join(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
