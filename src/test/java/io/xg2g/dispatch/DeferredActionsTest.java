package io.xg2g.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeferredActionsTest {
    private final DeferredActions after = new DeferredActions();
    private final List<String> done = new ArrayList<>();

    @Test
    void startsPrecedeCompletions() {
        after.then(() -> done.add("answer"));
        after.start(() -> done.add("start"));

        after.run();

        assertThat(done).containsExactly("start", "answer");
    }

    @Test
    void aFailedActionDoesNotPreventTheOthers() {
        after.start(() -> {
            throw new IllegalStateException("start");
        });
        after.then(() -> {
            throw new AssertionError("answer");
        });
        after.then(() -> done.add("another answer"));

        after.run();

        assertThat(done).containsExactly("another answer");
    }
}
