package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.process.ProcessSettings;
import io.xg2g.process.WorkDirectory;
import io.xg2g.schedule.ManualTime;
import jakarta.enterprise.inject.Vetoed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobSourcesTest {
    @TempDir
    Path directory;

    @Test
    void aJobWhoseDirectoryCannotBeCreatedIsNotCountedAsBeingFetched() {
        WorkDirectory full = new FullWorkDirectory(directory.resolve("work"));
        try {
            JobSources sources = new JobSources(null, null, null, full, null, Jobs.config());
            for (int number = 0; number < 20; number++) {
                TranscodeJob job = job("job-" + number);
                assertThatThrownBy(() -> sources.fetch(job)).isInstanceOf(UncheckedIOException.class);
            }
            assertThat(sources.fetching()).isZero();
        } finally {
            full.close();
        }
    }

    private TranscodeJob job(String id) {
        JobRequest request = Jobs.fetched(id, "http://192.0.2.1/clip.ts");
        JobFiles files = Jobs.files(directory.resolve(id));
        return new TranscodeJob(
                request, files, new RefCountedDirectory(files.directory(), Jobs::delete), new ManualTime());
    }

    /** A work directory on a full disk. */
    @Vetoed
    private static final class FullWorkDirectory extends WorkDirectory {
        FullWorkDirectory(Path root) {
            super(new ProcessSettings(root, 0, Optional.empty(), Duration.ofSeconds(1), 0, 0, 0));
        }

        @Override
        public Path create() {
            throw new UncheckedIOException(new IOException("No space left on device"));
        }
    }
}
