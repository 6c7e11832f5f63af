package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Requests and files of jobs for tests. */
final class Jobs {
    static final ObjectMapper JSON = new ObjectMapper();

    private Jobs() {}

    static JobRequest request(String id, String client) {
        return request(id, client, null);
    }

    static JobRequest request(String id, String client, @Nullable String key) {
        return request(id, client, key, 1);
    }

    static JobRequest request(String id, String client, @Nullable String key, int level) {
        return request(id, client, key, level, null);
    }

    static JobRequest request(String id, String client, @Nullable String key, int level, @Nullable String uploadPath) {
        return request(id, client, "720p", level, key, null, uploadPath);
    }

    /** Request of a job whose source is fetched. */
    static JobRequest fetched(String id, String source) {
        return request(id, "client", "720p", 1, null, source, null);
    }

    /** Request of a job whose result is uploaded. */
    static JobRequest uploaded(String id, String profile, String uploadPath) {
        return request(id, "client", profile, 1, null, null, uploadPath);
    }

    private static JobRequest request(
            String id,
            String client,
            String profile,
            int level,
            @Nullable String key,
            @Nullable String source,
            @Nullable String uploadPath) {
        return new JobRequest(
                id,
                client,
                profile,
                "NORMAL",
                null,
                null,
                level,
                1_700_000_000_000L,
                key,
                "fingerprint",
                source,
                null,
                "http://127.0.0.1:8080",
                uploadPath);
    }

    /** Deletes a directory with its files. */
    static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (NoSuchFileException gone) {
            assertThat(directory).doesNotExist();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Returns a configuration with properties, as key and value in turn; the others have their defaults. */
    static TranscodeConfig config(String... properties) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .withMapping(TranscodeConfig.class);
        for (int key = 0; key < properties.length; key += 2) {
            builder.withDefaultValue(properties[key], properties[key + 1]);
        }
        return builder.build().getConfigMapping(TranscodeConfig.class);
    }

    static JobFiles files(Path directory) {
        return new JobFiles(directory, JSON);
    }
}
