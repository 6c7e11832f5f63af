package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.config.ByteOrderMark;
import io.xg2g.storage.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secret files that start with a byte order mark. */
class ByteOrderMarkFilesTest {
    @TempDir
    Path directory;

    @Test
    void aTokenFileIsReadWithoutItsMark() throws IOException {
        Path file = Files.writeString(
                directory.resolve("tokens"),
                ByteOrderMark.TEXT + "tv.sha256=" + ApiTokensTest.sha256("x") + "\ntv.role=viewer\n");

        assertThat(new TokenFile(file).read())
                .singleElement()
                .satisfies(token ->
                        assertThat(token.identity().getPrincipal().getName()).isEqualTo("token:tv"));
    }

    @Test
    void aPlaybackKeyIsReadWithoutItsMark() throws IOException {
        SecureRandom random = new SecureRandom();
        String key = PlaybackKey.random(random);
        Path file = Files.writeString(directory.resolve(PlaybackKeyFile.NAME), ByteOrderMark.TEXT + key + "\n");

        assertThat(new PlaybackKeyFile(new AtomicFile(file))
                        .readOrGenerate(random)
                        .id())
                .isEqualTo(PlaybackKey.of(key).id());
    }
}
