package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadOptionTest {

    @Test
    void nothingIsUploadedWithoutTheParameter() {
        assertThat(UploadOption.of((String) null, null)).isNull();
        assertThat(UploadOption.of("false", null)).isNull();
        assertThat(UploadOption.of((Boolean) null, null)).isNull();
    }

    @Test
    void theDirectoryIsTheChosenOneOrThatOfTheJob() {
        assertThat(UploadOption.of("true", "vod/news-1").directory("id")).isEqualTo("vod/news-1");
        assertThat(UploadOption.of(true, null).directory("id")).isEqualTo("transcodes/id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "/a", "a/", "a//b", "..", "a/../b", "./a", "a b", "a?b", "a%2e", "é", "a\\b", "a\n"})
    void pathsThatLeadElsewhereAreRefused(String path) {
        assertThatThrownBy(() -> UploadOption.of("true", path))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("the path for the upload is not allowed");
    }

    @Test
    void otherValuesAndAPathAloneAreRefused() {
        assertThatThrownBy(() -> UploadOption.of("yes", null))
                .hasMessage("upload is not allowed; allowed: true, false");
        assertThatThrownBy(() -> UploadOption.of((String) null, "a")).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> UploadOption.of("true", "a".repeat(257))).isInstanceOf(ProblemException.class);
        assertThat(UploadOption.of("true", "a".repeat(256))).isNotNull();
    }
}
