package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.xg2g.ffmpeg.Rendition;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.ingest.SourceWindow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Storage of what a unit has made of a window. */
class EncodedWindowIT {
    private static final SourceWindow WINDOW =
            new SourceWindow(1_000 * PackagingSetup.WINDOW, PackagingSetup.WINDOW, null, 0);

    @TempDir
    Path directory;

    /** What is not published would be deleted by nobody: a full disk would stay full. */
    @Test
    void noRenditionIsLeftIfOneOfThemCannotBeStored() throws Exception {
        Rendition whole = rendition("720p", TestMedia.window());
        Rendition missing = rendition("480p", directory.resolve("missing.mp4"));

        assertThatIOException().isThrownBy(() -> EncodedWindow.of(null, List.of(whole, missing), WINDOW, 0, directory));
        assertThat(directory).isEmptyDirectory();

        EncodedWindow stored = EncodedWindow.of(null, List.of(whole), WINDOW, 0, directory);
        assertThat(stored.renditions()).hasSize(1);
        assertThat(stored.renditions().getFirst().file()).exists();
    }

    private static Rendition rendition(String name, Path file) {
        return new Rendition(name, file, "video/mp4", 1, 320, 180, Duration.ofSeconds(2));
    }
}
