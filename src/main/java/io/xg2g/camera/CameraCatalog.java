package io.xg2g.camera;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.channel.Channel;
import io.xg2g.channel.ChannelSpec.Invalid;
import io.xg2g.cluster.SharedMaps;
import io.xg2g.ingest.NetworkOptions;
import io.xg2g.ingest.Source;
import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.ProblemType;
import io.xg2g.problem.Unavailable;
import io.xg2g.source.SourceNotAllowed;
import io.xg2g.source.SourcePolicy;
import io.xg2g.storage.JsonList;
import io.xg2g.storage.StoredFile;
import io.xg2g.storage.StoredMap;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** Catalog of the cameras: from the configuration, and added by the API. Thread-safe; methods may block on the disk. */
@Singleton
@RegisterForReflection(targets = CameraSpec.class)
class CameraCatalog {
    private static final Logger LOG = Logger.getLogger(CameraCatalog.class);
    private static final int MAX_ADDED = 1000;

    private final SourcePolicy policy;
    private final Map<String, Camera> configured = new TreeMap<>();
    private final StoredMap<CameraSpec> added;

    CameraCatalog(
            CamerasConfig cameras, CameraSettings settings, SourcePolicy policy, SharedMaps shared, ObjectMapper json) {
        cameras.cameras().forEach((id, config) -> configured.put(id, validated(id, config)));
        this.policy = policy;
        added = shared.find("cameras", CameraSpec.class).orElseGet(() -> file(settings, json));
        added.all().values().forEach(CameraCatalog::check);
    }

    private static Camera validated(String id, CamerasConfig.CameraConfig config) {
        CameraSpec spec = new CameraSpec(
                id,
                config.name().orElse(null),
                config.url().orElse(null),
                config.username().orElse(null),
                config.password().orElse(null),
                config.channel().orElse(null),
                config.fps(),
                config.quality(),
                config.size(),
                config.transport());
        try {
            return spec.camera(Camera.Origin.CONFIGURATION, true);
        } catch (Invalid invalid) {
            String key = "xg2g.cameras." + id + ".";
            throw new ConfigurationException(key + invalid.sentence(), Set.of(key + "url"));
        }
    }

    private static StoredMap<CameraSpec> file(CameraSettings settings, ObjectMapper json) {
        return new StoredFile<>(
                new JsonList<>(
                        "xg2g.camera.cameras-file",
                        "cameras",
                        settings.file(),
                        json,
                        new TypeReference<List<CameraSpec>>() {}),
                CameraSpec::id);
    }

    private static void check(CameraSpec spec) {
        try {
            var _ = spec.camera(Camera.Origin.API, false);
        } catch (Invalid invalid) {
            LOG.warnf("stored camera is invalid and omitted: detail=%s", invalid.sentence());
        }
    }

    /** Returns all cameras by id: configured ones, then added ones. */
    Map<String, Camera> all() {
        Map<String, Camera> all = new LinkedHashMap<>(configured);
        added.all().forEach((id, spec) -> {
            try {
                all.putIfAbsent(id, spec.camera(Camera.Origin.API, false));
            } catch (Invalid invalid) {
                LOG.debugf("camera omitted: id=%s, detail=%s", id, invalid.sentence());
            }
        });
        return all;
    }

    /**
     * Adds a camera and stores it.
     *
     * @throws io.xg2g.problem.ProblemException if it is invalid, its source is not allowed, the id is in use, or it
     *     cannot be stored
     */
    Camera add(CameraSpec spec) {
        Camera camera;
        try {
            camera = spec.camera(Camera.Origin.API, false);
            if (camera.input() instanceof Camera.Input.Own(Source.Network(URI uri, boolean _, NetworkOptions _))) {
                policy.admit(uri);
            }
        } catch (Invalid invalid) {
            throw ProblemType.INVALID_REQUEST.with(invalid.sentence()).asException();
        } catch (SourceNotAllowed refused) {
            throw ProblemType.SOURCE_NOT_ALLOWED.with(refused.sentence()).asException();
        }
        int number = added.all().size();
        if (number >= MAX_ADDED) {
            throw ProblemType.CONFLICT
                    .with(number + " cameras were added; the limit is " + MAX_ADDED)
                    .asException();
        }
        try {
            if (configured.containsKey(camera.id()) || !added.add(camera.id(), spec)) {
                throw ProblemType.CONFLICT
                        .with("camera «" + camera.id() + "» exists; choose another id, or remove it first")
                        .asException();
            }
        } catch (IOException unwritable) {
            throw notStored(unwritable);
        }
        return camera;
    }

    /**
     * Removes a camera that was added by the API.
     *
     * @throws io.xg2g.problem.ProblemException if it does not exist, is configured, or the change cannot be stored
     */
    void remove(String id) {
        if (configured.containsKey(id)) {
            throw ProblemType.CONFLICT
                    .with("camera «" + id + "» is configured; remove it from the configuration")
                    .asException();
        }
        try {
            if (!added.remove(id)) {
                throw unknown(id);
            }
        } catch (IOException unwritable) {
            throw notStored(unwritable);
        }
    }

    /** Returns the exception for a camera that does not run in this program. */
    RuntimeException notHere(String id) {
        Optional<String> reason = added.unavailable()
                .or(() -> Optional.of("camera «" + id + "» is captured by another gateway, or starts")
                        .filter(_ -> all().containsKey(id)));
        return reason.<RuntimeException>map(text -> Unavailable.cluster(text).asException())
                .orElseGet(() -> unknown(id));
    }

    private static RuntimeException unknown(String id) {
        return ProblemType.NOT_FOUND
                .with("there is no camera «" + (id.matches(Channel.ID) ? id : "…") + "»")
                .asException();
    }

    private static RuntimeException notStored(IOException unwritable) {
        LOG.errorf("cameras not stored (xg2g.camera.cameras-file): error=%s", unwritable);
        return DiskFailure.of("the cameras cannot be written (xg2g.camera.cameras-file); see the log")
                .asException();
    }
}
