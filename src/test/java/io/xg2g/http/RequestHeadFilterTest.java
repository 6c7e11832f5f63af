package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadFilterTest {
    @ParameterizedTest
    @ValueSource(strings = {"video/mp2t", "application/json; charset=utf-8", "*/*", "a/b;c=\"d;e\""})
    void mediaTypesAreAccepted(String text) {
        assertThat(RequestHeadFilter.isMediaType(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "/", "a/b/c"})
    void otherTextIsNot(String text) {
        assertThat(RequestHeadFilter.isMediaType(text)).isFalse();
    }
}
