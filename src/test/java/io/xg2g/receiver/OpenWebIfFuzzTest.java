package io.xg2g.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Test that any response of a receiver is read, or fails with a reason. */
class OpenWebIfFuzzTest {

    static Stream<byte[]> seeds() {
        return Stream.of(
                        "{\"bouquets\":[[\"ref 1\",\"TV\"],[\"ref 2\"],[],7,[\"\",\"x\"]]}",
                        "{\"services\":[{\"servicereference\":\"1:7:1:0:0:0:0:0:0:0:\",\"servicename\":\"Sub\",\"subservices\":"
                                + "[{\"servicereference\":\"1:0:19:132F:3EF:1:C00000:0:0:0:\",\"servicename\":\"\\u0086Das\\u0087\"}]}]}",
                        "{\"info\":{\"model\":\"box\"}}",
                        "# relay\n1:0:19:132f:3EF:1:C00000:0:0:0\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private interface Reading {
        void run() throws IOException;
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesGiveAResultOrAnIoException(byte @NotNull [] body) {
        readAll(body);
    }

    /** Runs all readers of responses. */
    static void readAll(byte[] body) {
        settle(() -> OpenWebIfReader.bouquets(body));
        settle(() -> OpenWebIfReader.services(body));
        settle(() -> OpenWebIfReader.about(body));
        settle(() -> OpenWebIfReader.whitelist(body));
    }

    private static void settle(Reading reading) {
        try {
            reading.run();
        } catch (IOException declared) {
            assertThat(declared.getMessage()).startsWith("the response ");
        }
    }
}
