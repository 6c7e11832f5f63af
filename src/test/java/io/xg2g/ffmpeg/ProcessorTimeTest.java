package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessorTimeTest {
    @Test
    void theTimeOfAllThreadsIsUserAndSystemTime() {
        assertThat(ProcessorTime.stated("[info] video:1kB\n[info] bench: utime=0.750s stime=0.250s rtime=0.600s\n"))
                .contains(new ProcessorTime(1));
    }

    @Test
    void theLastStatementCounts() {
        assertThat(ProcessorTime.stated("bench: utime=0.800s stime=0.000s\nbench: utime=0.100s stime=0.000s\n"))
                .contains(new ProcessorTime(0.1));
    }

    @Test
    void aRunWithoutAStatementOrWithoutAnyTimeHasNone() {
        assertThat(ProcessorTime.stated("[error] Conversion failed!")).isEmpty();
        assertThat(ProcessorTime.stated("bench: utime=0.000s stime=0.000s rtime=0.001s"))
                .isEmpty();
    }

    @Test
    void theProcessorsShareIt() {
        assertThat(new ProcessorTime(1).shared())
                .isEqualTo(1.0 / Runtime.getRuntime().availableProcessors());
    }
}
