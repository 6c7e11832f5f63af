package io.xg2g.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.config.ByteOrderMark;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import io.xg2g.receiver.OpenWebIfReader.Bouquet;
import io.xg2g.receiver.OpenWebIfReader.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenWebIfReaderTest {
    private static final String SERVICES = """
            {"result": true, "services": [
              {"servicereference": "1:64:0:0:0:0:0:0:0:0::News", "servicename": "News", "program": 0},
              {"servicereference": "1:0:19:132F:3EF:1:C00000:0:0:0:", "servicename": "\\u0086Das\\u0087 Erste HD"},
              {"servicereference": "1:7:1:0:0:0:0:0:0:0:FROM BOUQUET \\"sub.tv\\"", "servicename": "Sub",
               "subservices": [{"servicereference": "1:0:1:2:3:4:5:0:0:0:", "servicename": ""}]}
            ]}""";

    @Test
    void bouquetsArePairsOfReferenceAndName() throws IOException {
        assertThat(OpenWebIfReader.bouquets(bytes("{\"bouquets\":[[\"ref 1\",\"TV\"],[\"ref 2\"],[],7,[\"\",\"x\"]]}")))
                .containsExactly(new Bouquet("ref 1", "TV"), new Bouquet("ref 2", "ref 2"));
    }

    @Test
    void servicesAreReadFromNestedListsWithoutMarkers() throws IOException {
        assertThat(OpenWebIfReader.services(bytes(SERVICES)))
                .containsExactly(
                        new Entry(new ServiceReference("1:0:19:132F:3EF:1:C00000:0:0:0:"), "Das Erste HD", ""),
                        new Entry(new ServiceReference("1:0:1:2:3:4:5:0:0:0:"), "1:0:1:2:3:4:5:0:0:0:", "Sub"));
    }

    @Test
    void theWhiteListIsReadLineByLine() {
        assertThat(OpenWebIfReader.whitelist(bytes("# relay\n1:0:19:132f:3EF:1:C00000:0:0:0\n\n<html>\r\n")))
                .containsExactly("1:0:19:132F:3EF:1:C00000:0:0:0");
    }

    @Test
    void aByteOrderMarkInAResponseIsSkipped() throws IOException {
        assertThat(OpenWebIfReader.services(bytes(ByteOrderMark.TEXT + SERVICES)))
                .hasSize(2);
        assertThat(OpenWebIfReader.whitelist(bytes(ByteOrderMark.TEXT + "1:0:19:132F:3EF:1:C00000:0:0:0:\n")))
                .containsExactly("1:0:19:132F:3EF:1:C00000:0:0:0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "{\"services\": 1}", "<html>", "{\"services\": [", "\"services\""})
    void anythingElseIsAFailureWithAReason(String body) {
        assertThatThrownBy(() -> OpenWebIfReader.services(bytes(body)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the response ");
        assertThatThrownBy(() -> OpenWebIfReader.about(bytes(body))).isInstanceOf(IOException.class);
    }

    @Test
    void deepNestingIsAFailure() {
        String deep = "{\"services\":[".repeat(5000);
        assertThatThrownBy(() -> OpenWebIfReader.services(bytes(deep))).isInstanceOf(IOException.class);
        String lists = "{\"services\":" + "[{\"servicename\":\"x\",\"subservices\":".repeat(200) + "[]"
                + "}]".repeat(200) + "}";
        assertThat(bytes(lists))
                .satisfies(body -> assertThat(OpenWebIfReader.services(body)).isEmpty());
    }

    @RandomTest
    void anyBytesGiveAResultOrAnIoException(RandomInput input) {
        OpenWebIfFuzzTest.readAll(input.bytes(255));
    }

    @RandomTest(tries = 500)
    void damagedResponsesGiveAResultOrAnIoException(RandomInput input) {
        byte[] damaged = bytes(SERVICES);
        for (byte garbage : input.bytes(5)) {
            damaged[input.between(0, damaged.length - 1)] = garbage;
        }
        OpenWebIfFuzzTest.readAll(damaged);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
