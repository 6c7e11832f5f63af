package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=10-19, 10, 19",
        "bytes=90-, 90, 99",
        "bytes=-10, 90, 99",
        "bytes=-1000, 0, 99",
        "bytes=50-1000, 50, 99",
        "BYTES=1-2, 1, 2"
    })
    void aSingleRangeIsCutToTheFile(String header, long first, long last) throws ByteRange.Unsatisfiable {
        assertThat(ByteRange.parse(header, 100)).contains(new ByteRange(first, last));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes=", "bytes=-", "bytes=5-1", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b"})
    void anythingButASingleRangeMeansTheWholeFile(String header) throws ByteRange.Unsatisfiable {
        assertThat(ByteRange.parse(header, 100)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=999999999999999999-"})
    void aRangeBehindTheEndIsNotSatisfiable(String header) {
        assertThatThrownBy(() -> ByteRange.parse(header, 100)).isInstanceOf(ByteRange.Unsatisfiable.class);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "bytes=0-9, none, true",
                "bytes=0-9, '\"a\"', true",
                "bytes=0-9, ' \"a\" ', true",
                "bytes=0-9, '\"b\"', false",
                // A weak tag never matches, nor does a date: there is no Last-Modified.
                "bytes=0-9, 'W/\"a\"', false",
                "bytes=0-9, 'Sun, 06 Nov 1994 08:49:37 GMT', false",
                "bytes=0-9, '', false",
                "none, '\"a\"', false",
                // The client has another file: the range does not matter.
                "bytes=100-, '\"b\"', false"
            })
    void ifRangeIsCompared(@Nullable String range, @Nullable String ifRange, boolean counts)
            throws ByteRange.Unsatisfiable {
        assertThat(ByteRange.requested(range, ifRange, "\"a\"", 100).isPresent())
                .isEqualTo(counts);
    }

    @Test
    void aRangeBehindTheEndWithMatchingIfRangeIsNotSatisfiable() {
        assertThatThrownBy(() -> ByteRange.requested("bytes=100-", "\"a\"", "\"a\"", 100))
                .isInstanceOf(ByteRange.Unsatisfiable.class);
    }

    @Test
    void theContentRangeHasTheTotalLength() {
        assertThat(new ByteRange(1, 2).contentRange(100)).isEqualTo("bytes 1-2/100");
    }
}
