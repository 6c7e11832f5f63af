package io.xg2g.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileDescriptorsTest {

    @ParameterizedTest
    @CsvSource({
        // Half of the remainder for channels of 12, half for connections of 2.
        "333, 245, 1, 6",
        "356, 245, 1, 11",
        "357, 245, 2, 12",
        "1024, 245, 29, 178",
        "9223372036854775807, 245, 2147483647, 2147483647"
    })
    void theRemainderIsSharedByChannelsAndConnections(long allowed, long held, int channels, int connections) {
        FileDescriptors descriptors = new FileDescriptors(allowed, held);

        descriptors.check();
        assertThat(descriptors.channels()).isEqualTo(channels);
        assertThat(descriptors.connections()).isEqualTo(connections);
    }

    @ParameterizedTest
    @CsvSource({"256", "100", "332"})
    void tooFewDescriptorsFailTheStartWithBothNumbers(long allowed) {
        FileDescriptors descriptors = new FileDescriptors(allowed, 245);

        assertThat(descriptors.channels()).isZero();
        assertThatThrownBy(descriptors::check)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("the number of file descriptors (ulimit -n, LimitNOFILE) is " + allowed
                        + "; allowed is 333 or more: 245 are open without work");
    }

    @Test
    void thisProcessIsMeasured() {
        FileDescriptors descriptors = new FileDescriptors();
        int before = descriptors.channels();

        descriptors.measure();

        assertThat(descriptors.channels()).isPositive().isLessThan(before);
        assertThat(descriptors.toString()).matches("\\d+ allowed, \\d+ needed; they suffice for .*");
    }
}
