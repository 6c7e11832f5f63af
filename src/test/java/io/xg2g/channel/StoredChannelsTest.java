package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xg2g.config.ByteOrderMark;
import io.xg2g.storage.JsonList;
import io.xg2g.storage.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredChannelsTest {
    @TempDir
    Path directory;

    private StoredFile<ChannelSpec> file() {
        return new StoredFile<>(
                new JsonList<>(
                        "xg2g.live.channels-file",
                        "channels",
                        directory.resolve("channels.json"),
                        new ObjectMapper(),
                        new TypeReference<>() {}),
                ChannelSpec::id);
    }

    @Test
    void aByteOrderMarkIsSkipped() throws IOException {
        Files.writeString(
                directory.resolve("channels.json"),
                ByteOrderMark.TEXT + "[{\"id\": \"door\", \"url\": \"http://192.0.2.1/1.ts\"}]");

        assertThat(file().all()).containsOnlyKeys("door");
    }

    @Test
    void whatIsAddedAndRemovedIsStored() throws IOException {
        StoredFile<ChannelSpec> stored = file();
        ChannelSpec door = new ChannelSpec("door", null, null, null, "http://192.0.2.1/1.ts", "admin", "secret");
        assertThat(stored.add("door", door)).isTrue();
        assertThat(stored.add("door", door)).as("the id is in use").isFalse();
        assertThat(stored.add("yard", new ChannelSpec("yard", null, null, null, "http://192.0.2.1/2.ts", null, null)))
                .isTrue();

        assertThat(file().all()).containsOnlyKeys("door", "yard").containsEntry("door", door);
        assertThat(stored.remove("yard")).isTrue();
        assertThat(stored.remove("yard")).isFalse();
        assertThat(file().all()).containsOnlyKeys("door");
        assertThat(stored.unavailable()).isEmpty();
    }
}
