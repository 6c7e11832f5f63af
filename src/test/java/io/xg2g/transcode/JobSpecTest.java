package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobSpecTest {
    private final JobSpec.Reader reader = new JobSpec.Reader(Jobs.JSON);

    @Test
    void aRequestWithASourceIsRead() {
        JobSpec spec = reader.read(body("{\"source\":\"http://a/b.ts\",\"profile\":\"720p\",\"upload\":true}"));

        assertThat(spec.source()).isEqualTo("http://a/b.ts");
        assertThat(spec.upload()).isTrue();
        assertThat(spec.callback()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"profile\":\"720p\"}",
                "{\"source\":\"http://a/\",\"sources\":1}",
                "{\"source\":\"http://a/\"} {}",
                "{\"source\":\"http://a/\",\"upload\":\"perhaps\"}",
                "{\"source\":"
            })
    void anythingElseIsMalformed(String text) {
        assertRefused(body(text), ProblemType.INVALID_REQUEST);
    }

    @Test
    void aLongBodyIsRefusedBeforeItIsParsed() {
        assertRefused(body("{\"source\":\"" + "a".repeat(1 << 14) + "\"}"), ProblemType.TOO_LARGE);
    }

    @Test
    void aBodyThatWasNotReceivedIsNotMalformed() {
        InputStream lost = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }
        };
        assertRefused(lost, ProblemType.BODY_TIMEOUT);
    }

    private void assertRefused(InputStream body, ProblemType type) {
        assertThatThrownBy(() -> reader.read(body))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().type()).isEqualTo(type));
    }

    private static InputStream body(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
