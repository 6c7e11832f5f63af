package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.xg2g.config.ByteOrderMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChannelFileTest {
    @TempDir
    Path directory;

    @Test
    void aByteOrderMarkIsSkipped() throws IOException {
        Path file = Files.writeString(
                directory.resolve("channels.json"),
                ByteOrderMark.TEXT + "[{\"id\": \"door\", \"url\": \"http://192.0.2.1/1.ts\"}]");

        assertThat(new ChannelFile(file, new ObjectMapper()).read())
                .singleElement()
                .satisfies(channel -> assertThat(channel.id()).isEqualTo("door"));
    }
}
