package io.xg2g.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.xg2g.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Test that any recording is read to its end, row by row, or its header is refused. */
class DcgmFuzzTest {

    static Stream<byte[]> seeds() {
        return Stream.of((DcgmCsv.HEADER + "\n"
                        + "2025-07-18T20:42:34Z,DCGM_FI_DEV_GPU_UTIL,0,nvidia0,GPU-5fd4,NVIDIA H100 80GB HBM3,dgx-031,,,,97.5,"
                        + "\"DCGM_FI_DRIVER_VERSION=\"\"535.129.03\"\",Hostname=\"\"dgx-031\"\"\"\n")
                .getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreReadToTheirEnd(byte @NotNull [] recording) throws IOException {
        try (DcgmReader reader = new DcgmReader(new ByteArrayInputStream(recording))) {
            int rows = 0;
            while (!(reader.next() instanceof DcgmReader.Entry.End)) {
                rows++;
            }
            assertThat(rows).isLessThanOrEqualTo(recording.length);
        } catch (ProblemException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }
}
