package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.process.ChildProcess;
import io.xg2g.process.ChildProcess.End;
import io.xg2g.process.ChildProcess.Ended;
import io.xg2g.process.Progress;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureClassifierTest {
    private static final ChildProcess.Limits LIMITS = new ChildProcess.Limits(
            Duration.ofSeconds(10), Duration.ofMillis(1500), Duration.ofMinutes(1), Duration.ofSeconds(3));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    av_interleaved_write_frame(): No space left on device | DISK
                    [h264_nvenc @ 0x5] OpenEncodeSessionEx failed: out of memory (10): (no details) | DEVICE_CAPACITY
                    [h264_nvenc @ 0x5] OpenEncodeSessionEx failed: incompatible client key (21) | DEVICE_CAPACITY
                    [AVHWDeviceContext @ 0x5] cuInit(0) failed -> CUDA_ERROR_OUT_OF_MEMORY: out of memory | DEVICE_CAPACITY
                    [AVHWDeviceContext @ 0x5] cuInit(0) failed -> CUDA_ERROR_NO_DEVICE: no CUDA-capable device | DEVICE_FAULT
                    [AVHWDeviceContext @ 0x5] Cannot load libcuda.so.1 | DEVICE_FAULT
                    [AVHWDeviceContext @ 0x5] No VA display found for device /dev/dri/renderD128. | DEVICE_FAULT
                    [AVHWDeviceContext @ 0x5] Error initializing an MFX session: -9. | DEVICE_FAULT
                    [h264_nvenc @ 0x5] Frame Dimension less than the minimum supported value. | UNSUPPORTED_MEDIA
                    Unknown encoder 'h264_nvenc' | DEVICE_FAULT
                    Unrecognized option 'fps_mode'. | CRASH
                    file:/x/in.ts: Invalid data found when processing input | UNSUPPORTED_MEDIA
                    [mov,mp4 @ 0x5] moov atom not found | UNSUPPORTED_MEDIA
                    Something never seen before | CRASH
                    """)
    void whatFfmpegSaysDecides(String said, Failure.Kind kind) {
        assertThat(classify(End.EXITED, 1, said).kind()).isEqualTo(kind);
    }

    @Test
    void theWayOfEndingPrecedesTheStderr() {
        String said = "No space left on device";

        assertThat(classify(End.INTERRUPTED, 255, said).kind()).isEqualTo(Failure.Kind.STOPPED);
        assertThat(classify(End.RUN_TIMEOUT, 255, said))
                .isEqualTo(new Failure(
                        Failure.Kind.RUN_TIMEOUT, "the run took longer than 60 s (xg2g.ffmpeg.run-timeout)"));
        assertThat(classify(End.START_TIMEOUT, 255, said).detail()).contains("10 s", "xg2g.ffmpeg.start-timeout");
        assertThat(classify(End.STALLED, 137, said).detail()).contains("1.5 s", "xg2g.ffmpeg.stall-timeout");
        assertThat(classify(End.NOT_STARTED, -1, "Permission denied").detail())
                .isEqualTo("ffmpeg cannot be started (xg2g.ffmpeg.path): Permission denied");
    }

    @Test
    void exitCodesDecideIfStderrIsEmpty() {
        assertThat(classify(End.EXITED, 137, "").detail()).isEqualTo("ffmpeg was terminated by signal 9");
        assertThat(classify(End.EXITED, 255, "").kind()).isEqualTo(Failure.Kind.CRASH);
        assertThat(classify(End.EXITED, 183, "").kind()).isEqualTo(Failure.Kind.UNSUPPORTED_MEDIA);
        assertThat(classify(End.EXITED, 228, "").kind()).isEqualTo(Failure.Kind.DISK);
        assertThat(classify(End.EXITED, 1, "").detail()).isEqualTo("ffmpeg failed with exit code 1");
    }

    @RandomTest
    void pathsInStderrAreNotRepeated(RandomInput input) {
        String noise = input.text(255);

        Failure failure = classify(End.EXITED, input.anyInt(), noise + " /secret/path/input.ts: " + noise);

        assertThat(failure.detail()).isNotBlank().doesNotContain("/secret");
    }

    private static Failure classify(End end, int code, String said) {
        return FailureClassifier.classify(new Ended(end, code, "", said, Progress.NONE), LIMITS);
    }
}
