package io.xg2g.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.cluster.Member;
import io.xg2g.cluster.Ownership;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RememberedOwnersTest {
    private static final String NEWS = "channel:news";
    private static final Ownership B = new Ownership.OwnedBy(new Member("b", "10.0.0.2", 8090, "run"), 1);
    private static final Ownership C = new Ownership.OwnedBy(new Member("c", "10.0.0.3", 8090, "run"), 2);
    private static final Ownership FREE = new Ownership.Free();
    private static final Ownership AWAY = new Ownership.Unavailable("Redis is away");

    private CompletableFuture<Ownership> answer = CompletableFuture.completedFuture(B);
    private @Nullable Ownership known;
    private int asked;
    private final RememberedOwners owners = new RememberedOwners(_ -> Optional.ofNullable(known), _ -> {
        asked++;
        return answer;
    });

    @Test
    void anOwnerThatWasAskedForOnceIsUsedAtOnceAndRefreshedMeanwhile() {
        assertThat(find()).isEqualTo(B);
        answer = new CompletableFuture<>();

        assertThat(find()).isEqualTo(B);
        assertThat(find()).isEqualTo(B);
        assertThat(asked).as("once, while there is no answer").isEqualTo(2);

        answer.complete(C);
        assertThat(find()).isEqualTo(C);
    }

    @Test
    void whileRedisIsAwayTheLatestOwnerIsAsked() {
        assertThat(find()).isEqualTo(B);

        answer = CompletableFuture.completedFuture(AWAY);
        assertThat(find()).isEqualTo(B);
        known = AWAY;
        assertThat(find()).isEqualTo(B);

        owners.forget(NEWS);
        assertThat(find()).as("it has not taken a request").isEqualTo(AWAY);
    }

    @Test
    void whatNobodyHasAnyMoreIsForgotten() {
        assertThat(find()).isEqualTo(B);
        known = FREE;
        assertThat(find()).isEqualTo(FREE);

        known = AWAY;
        assertThat(find()).isEqualTo(AWAY);
    }

    @Test
    void theFirstRequestWaitsForRedis() {
        answer = new CompletableFuture<>();
        CompletableFuture<Ownership> waiting = owners.find(NEWS).toCompletableFuture();
        assertThat(waiting).isNotDone();

        answer.complete(FREE);

        assertThat(waiting).isCompletedWithValue(FREE);
        assertThat(find()).as("it is asked for again").isEqualTo(FREE);
        assertThat(asked).isEqualTo(2);
    }

    private Ownership find() {
        return owners.find(NEWS).toCompletableFuture().join();
    }
}
