package io.xg2g.queue;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.io.IOException;

/** Power is cut at every call of the disk of random schedules, and processes are killed; {@link CrashIT} runs more of them. */
class PowerCutTest {
    private static final int OPERATIONS = 40;

    @RandomTest(tries = 20)
    void synchronousOperationsThatReturnedSurvive(RandomInput random) throws IOException {
        new CrashSchedule(random, Durability.SYNC).runWithPowerCuts(OPERATIONS);
    }

    @RandomTest(tries = 20)
    void asynchronousOperationsUpToTheLatestSyncSurvive(RandomInput random) throws IOException {
        new CrashSchedule(random, Durability.ASYNC).runWithPowerCuts(OPERATIONS);
    }

    @RandomTest(tries = 10)
    void whatSpilledIsWholeOrGone(RandomInput random) throws IOException {
        new CrashSchedule(random, Durability.NONE).runWithPowerCuts(OPERATIONS);
    }

    @RandomTest(tries = 15)
    void whatIsFoundAfterAKillIsDurable(RandomInput random) throws IOException {
        new CrashSchedule(random, random.of(Durability.values())).runWithKills(4);
    }
}
