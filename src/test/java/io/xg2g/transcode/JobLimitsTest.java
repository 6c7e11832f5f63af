package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class JobLimitsTest {
    private final JobLimits limits = new JobLimits(4, 100);

    @Test
    void oneClientGetsHalfOfThePlacesAndOthersTheRest() {
        limits.reserve("a", 1);
        limits.reserve("a", 1);
        refused(() -> limits.reserve("a", 1), "xg2g.transcode.max-jobs");
        limits.reserve("b", 1);
        JobLimits.Reservation last = limits.reserve("c", 1);
        refused(() -> limits.reserve("d", 1), "xg2g.transcode.max-jobs");

        last.release();
        last.release();
        limits.reserve("d", 1);
        refused(() -> limits.reserve("e", 1), "xg2g.transcode.max-jobs");
    }

    @Test
    void oneClientGetsHalfOfTheBytes() {
        JobLimits.Reservation own = limits.reserve("a", 0);
        own.resize(50);
        refused(() -> limits.reserve("a", 1), "xg2g.transcode.max-job-bytes");
        own.resize(10);
        limits.reserve("a", 40);
    }

    @Test
    void anInputThatIsLargerThanTheHalfOfOneClientIsRefusedForGood() {
        JobLimits.Reservation own = limits.reserve("a", 10);
        for (ThrowingCallable action : List.<ThrowingCallable>of(() -> own.resize(51), () -> limits.reserve("b", 51))) {
            assertThatThrownBy(action).isInstanceOfSatisfying(ProblemException.class, refused -> {
                assertThat(refused.problem().type()).isEqualTo(ProblemType.TOO_LARGE);
                assertThat(refused.problem().detail()).contains("51", "50", "xg2g.transcode.max-job-bytes");
            });
        }
        limits.reserve("a", 40);
    }

    @Test
    void jobsOfAnEarlierRunAreCountedWhateverTheLimitsAre() {
        for (int n = 0; n < 9; n++) {
            limits.readmit("a", 50);
        }
        refused(() -> limits.reserve("b", 1), "xg2g.transcode.max-jobs");
    }

    private static void refused(Runnable action, String key) {
        assertThatThrownBy(action::run).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().type()).isEqualTo(ProblemType.JOB_LIMIT_REACHED);
            assertThat(refused.problem().detail()).contains(key);
            assertThat(refused.problem().retryAfter()).isNotNull();
        });
    }
}
