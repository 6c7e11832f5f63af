package io.xg2g.transcode;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
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
        return new JobRequest(
                id,
                client,
                "720p",
                "NORMAL",
                null,
                null,
                level,
                1_700_000_000_000L,
                key,
                "fingerprint",
                null,
                null,
                "http://127.0.0.1:8080");
    }

    static JobFiles files(Path directory) {
        return new JobFiles(directory, JSON);
    }
}
