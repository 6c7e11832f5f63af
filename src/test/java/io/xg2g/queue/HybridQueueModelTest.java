package io.xg2g.queue;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.io.IOException;

/** Random operations, restarts and steps of the clock, beside a naive model. */
class HybridQueueModelTest {
    private static final int OPERATIONS = 400;

    @RandomTest(tries = 15)
    void aSpillingQueueBehavesAsTheModel(RandomInput random) throws IOException {
        new RandomOperations(random, Durability.NONE).run(OPERATIONS);
    }

    @RandomTest(tries = 15)
    void anAsynchronousQueueBehavesAsTheModel(RandomInput random) throws IOException {
        new RandomOperations(random, Durability.ASYNC).run(OPERATIONS);
    }

    @RandomTest(tries = 15)
    void aSynchronousQueueBehavesAsTheModel(RandomInput random) throws IOException {
        new RandomOperations(random, Durability.SYNC).run(OPERATIONS);
    }
}
