package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentDecoderTest {
    private static final byte[] BODY = "#EXTM3U\n".repeat(1000).getBytes(StandardCharsets.UTF_8);

    private boolean closed;

    private SourceResponse response(int status, String encoding, byte[] body) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("Content-Encoding", encoding)
                .add("Content-Length", Integer.toString(body.length))
                .add("Content-Type", "x/y");
        InputStream stream = new ByteArrayInputStream(body) {
            @Override
            public void close() {
                closed = true;
            }
        };
        return new SourceResponse(URI.create("http://h/"), status, headers, stream);
    }

    private static byte[] encoded(String encoding) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out =
                encoding.contains("gzip") ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
            out.write(BODY);
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "x-gzip", "deflate"})
    void anEncodedBodyIsDecoded(String encoding) throws IOException {
        SourceResponse decoded =
                ContentDecoder.decoded(response(200, encoding, encoded(encoding.toLowerCase(Locale.ROOT))));

        assertThat(decoded.body().readAllBytes()).isEqualTo(BODY);
        assertThat(decoded.headers().names()).containsExactly("Content-Type");
        assertThat(closed).isFalse();
        decoded.body().close();
        assertThat(closed).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", ""})
    void anotherBodyIsNotChanged(String encoding) throws IOException {
        SourceResponse plain = response(200, encoding, BODY);

        assertThat(ContentDecoder.decoded(plain)).isSameAs(plain);
    }

    @Test
    void aPartOfABodyIsNotDecoded() throws IOException {
        SourceResponse part = response(206, "gzip", BODY);

        assertThat(ContentDecoder.decoded(part)).isSameAs(part);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "gzip"})
    void anEncodingThatCannotBeDecodedEndsTheResponse(String encoding) {
        assertThatThrownBy(() -> ContentDecoder.decoded(response(200, encoding, BODY)))
                .isInstanceOf(IOException.class);
        assertThat(closed).isTrue();
    }
}
