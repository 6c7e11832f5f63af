package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobIdTest {
    private static final String RANDOM = "0198c2a4-6c1e-4d0a-b1b6-2f0a7d1f9d53";

    /** The last ones look like parts of a UUID, and like the UUID of another job. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "0",
                "gateway-0",
                "2f0a7d1f9d53",
                "0198c2a4-6c1e-4d0a-b1b6",
                "0198c2a4-6c1e-4d0a-b1b6-2f0a7d1f9d53",
                "x23456789012345678901234567890123456789012345678901234567890123"
            })
    void theOwnerComesBack(String owner) {
        JobId id = JobId.next(Optional.of(owner));
        assertThat(id.toString()).startsWith(owner + "-").hasSizeLessThanOrEqualTo(JobId.MAX_LENGTH);
        assertThat(JobId.parse(id.toString())).contains(id);
    }

    @Test
    void withoutAClusterAnIdIsAUuid() {
        assertThat(JobId.parse(RANDOM)).contains(new JobId(Optional.empty(), RANDOM));
        assertThat(JobId.next(Optional.empty()).toString()).hasSize(36);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gateway-0",
                "-" + RANDOM,
                "--" + RANDOM,
                "a--" + RANDOM,
                "A-" + RANDOM,
                "a." + RANDOM,
                "../" + RANDOM,
                "a b-" + RANDOM,
                "a" + RANDOM,
                RANDOM + "-a",
                "0198C2A4-6c1e-4d0a-b1b6-2f0a7d1f9d53",
                "0198c2a46c1e-4d0a-b1b6-2f0a7d1f9d53-",
                "x234567890123456789012345678901234567890123456789012345678901234-" + RANDOM
            })
    void anotherTextIsNone(String text) {
        assertThat(JobId.parse(text)).isEmpty();
    }
}
