package io.xg2g.transcode;

import io.xg2g.ffmpeg.Rendition;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;

/**
 * Body of the type {@code multipart/mixed} (RFC 2046 section 5.1.3) with one part for each rendition, named by
 * {@code Content-Disposition}.
 */
record MultipartMixed(String boundary, List<Rendition> renditions) {

    String contentType() {
        return "multipart/mixed; boundary=" + boundary;
    }

    /** Returns the exact length of the body. */
    long length() {
        long length = end().length;
        for (Rendition rendition : renditions) {
            length += head(rendition).length + rendition.bytes();
        }
        return length;
    }

    void writeTo(OutputStream out) throws IOException {
        for (Rendition rendition : renditions) {
            out.write(head(rendition));
            Files.copy(rendition.file(), out);
        }
        out.write(end());
    }

    private byte[] head(Rendition rendition) {
        String fileName = rendition.file().getFileName().toString();
        return ascii(String.format(
                        Locale.ROOT,
                        "\r\n--%s\r\nContent-Type: %s\r\nContent-Length: %d\r\n",
                        boundary,
                        rendition.contentType(),
                        rendition.bytes())
                + "Content-Disposition: attachment; name=\"%s\"; filename=\"%s\"\r\n\r\n"
                        .formatted(rendition.name(), fileName));
    }

    private byte[] end() {
        return ascii("\r\n--" + boundary + "--\r\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
