package io.xg2g.camera;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.storage.JsonList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * JSON file of the cameras that were added by the API. Replaced atomically; readable by its owner only, because sources can
 * contain passwords.
 */
@RegisterForReflection(targets = CameraSpec.class)
final class CameraFile {
    private final JsonList<CameraSpec> list;

    CameraFile(Path file, ObjectMapper json) {
        this.list = new JsonList<>("xg2g.camera.cameras-file", "cameras", file, json, new TypeReference<>() {});
    }

    /** Reads the file; returns an empty list if it does not exist. */
    List<CameraSpec> read() {
        return list.read();
    }

    /** Replaces the content of the file. */
    void write(List<CameraSpec> cameras) throws IOException {
        list.write(cameras);
    }
}
