package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectWatchTest {
    private static final String REDIRECT = "RTSP/1.0 302 Moved\r\nCSeq: 2\r\nLocation: rtsp://10.0.0.1/\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                REDIRECT,
                "RTSP/1.0 200 OK\nlocation:x",
                "RTSP/1.0 200 OK\nL\rocat\rion:x",
                "RTSP/1.0 200 OK\r\n\r\n$\0\0\4abcdLocation: x",
                "$\0\0\4abcd"
            })
    void aRedirectIsDetected(String answer) {
        assertThat(sees(answer, answer.length())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "RTSP/1.0 200 OK\r\nContent-Base: rtsp://h/\r\nContent-Location: x\r\n\r\nv=0\r\ni=location: garage $1\r\n",
                "RTSP/1.0 200 OK\r\nLocations: none\r\n Location: folded"
            })
    void otherResponsesAreNoRedirect(String answer) {
        assertThat(sees(answer, Math.max(1, answer.length()))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void theChunkSizeDoesNotMatter(int size) {
        assertThat(sees(REDIRECT, size)).isTrue();
    }

    private static boolean sees(String answer, int size) {
        byte[] bytes = answer.getBytes(StandardCharsets.ISO_8859_1);
        RedirectWatch watch = new RedirectWatch();
        boolean seen = false;
        for (int at = 0; at < bytes.length; at += size) {
            byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size));
            seen = seen || watch.sees(piece, piece.length);
        }
        return seen;
    }
}
