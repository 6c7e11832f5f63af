package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class UploadSerializerTest {
    private final UploadSerializer serializer = new UploadSerializer();

    @RandomTest(tries = 100)
    void aWindowComesBackAsItWas(RandomInput random) {
        Upload.Window window = new Upload.Window("tv", random.anyLong(), objects(random), objects(random));

        Upload.Window read = (Upload.Window) serializer.fromBytes(serializer.toBytes(window));

        assertThat(read)
                .usingRecursiveComparison()
                .withEqualsForType(Arrays::equals, byte[].class)
                .isEqualTo(window);
    }

    private static List<StoredObject> objects(RandomInput random) {
        List<StoredObject> objects = new ArrayList<>();
        for (int i = random.between(0, 5); i > 0; i--) {
            objects.add(new StoredObject("tv/" + i, random.bytes(3000)));
        }
        return objects;
    }

    @RandomTest(tries = 100)
    void ofOtherChannelsOnlyTheNamesAreRead(RandomInput random) {
        Upload.Window window = new Upload.Window("tv", random.anyLong(), objects(random), objects(random));
        String last =
                window.segments().isEmpty() ? "" : window.segments().getLast().name();
        serializer.readOnly(channel -> channel.equals("news"));

        assertThat(serializer.fromBytes(serializer.toBytes(window))).isEqualTo(new Upload.Unread("tv", last));
        serializer.readOnly(channel -> channel.equals("tv"));
        assertThat(serializer.fromBytes(serializer.toBytes(window))).isInstanceOf(Upload.Window.class);
    }

    @Test
    void aDeletionComesBackAsItWas() {
        Upload.Deletion deletion = new Upload.Deletion("tv", 7, List.of("tv/720p/1.m4s", "tv/720p/2.m4s"));
        assertThat(serializer.fromBytes(serializer.toBytes(deletion))).isEqualTo(deletion);
    }

    @Test
    void anItemWithoutAFenceIsOfNoLease() {
        byte[] deletion = serializer.toBytes(new Upload.Deletion("tv", 7, List.of("tv/720p/1.m4s")));
        byte[] window = serializer.toBytes(new Upload.Window("tv", 7, List.of(), List.of()));

        assertThat(serializer.fromBytes(withoutFence(deletion)))
                .isEqualTo(new Upload.Deletion("tv", 0, List.of("tv/720p/1.m4s")));
        assertThat(serializer.fromBytes(withoutFence(window)))
                .isEqualTo(new Upload.Window("tv", 0, List.of(), List.of()));
    }

    private static byte[] withoutFence(byte[] item) {
        return Arrays.copyOf(item, item.length - Long.BYTES);
    }

    @Test
    void anotherVersionIsRefused() {
        byte[] bytes = serializer.toBytes(new Upload.Deletion("tv", 7, List.of()));
        bytes[0] = 9;
        assertThatThrownBy(() -> serializer.fromBytes(bytes)).hasMessageContaining("version 9");
    }
}
