package io.xg2g.queue;

import io.xg2g.queue.SimulatedDisk.Fault;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The many schedules of {@link PowerCutTest}, {@link DiskFaultTest} and {@link HybridQueueModelTest}. */
@Tag("nightly")
class CrashIT {
    private static final int SCHEDULES_OF_A_SEED = 100;

    @RandomTest(tries = 100)
    void powerCutsInSynchronousQueues(RandomInput random) throws IOException {
        for (int i = 0; i < SCHEDULES_OF_A_SEED; i++) {
            new CrashSchedule(random, Durability.SYNC).runWithPowerCuts(40);
        }
    }

    @RandomTest(tries = 100)
    void powerCutsInAsynchronousQueues(RandomInput random) throws IOException {
        for (int i = 0; i < SCHEDULES_OF_A_SEED; i++) {
            new CrashSchedule(random, Durability.ASYNC).runWithPowerCuts(40);
        }
    }

    @RandomTest(tries = 100)
    void powerCutsInSpillingQueues(RandomInput random) throws IOException {
        for (int i = 0; i < SCHEDULES_OF_A_SEED; i++) {
            new CrashSchedule(random, Durability.NONE).runWithPowerCuts(40);
        }
    }

    @RandomTest(tries = 30)
    void kills(RandomInput random) throws IOException {
        for (int i = 0; i < SCHEDULES_OF_A_SEED; i++) {
            new CrashSchedule(random, random.of(Durability.values())).runWithKills(4);
        }
    }

    @RandomTest(tries = 30)
    void fullDisks(RandomInput random) throws IOException {
        for (int i = 0; i < SCHEDULES_OF_A_SEED; i++) {
            new CrashSchedule(random, random.of(Durability.values())).runOnFullDisk(60);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureOfEachCall(Durability durability) throws IOException {
        for (Fault fault : new Fault[] {Fault.EIO, Fault.SHORT, Fault.ENOSPC}) {
            for (int call = 1; call <= 500; call++) {
                new CrashSchedule(new RandomInput(call), durability).runWithFault(fault, call, 300);
            }
        }
    }

    @RandomTest(tries = 100)
    void aMillionOperationsBesideTheModel(RandomInput random) throws IOException {
        for (int i = 0; i < SCHEDULES_OF_A_SEED / 10; i++) {
            new RandomOperations(random, random.of(Durability.values())).run(1_000);
        }
    }
}
