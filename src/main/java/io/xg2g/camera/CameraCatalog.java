package io.xg2g.camera;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.channel.Channel;
import io.xg2g.channel.ChannelSpec.Invalid;
import io.xg2g.ingest.NetworkOptions;
import io.xg2g.ingest.Source;
import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.ProblemType;
import io.xg2g.source.SourceNotAllowed;
import io.xg2g.source.SourcePolicy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** Catalog of the cameras: from the configuration, and added by the API. Thread-safe; methods may block on the disk. */
@Singleton
class CameraCatalog {
    private static final Logger LOG = Logger.getLogger(CameraCatalog.class);
    private static final int MAX_ADDED = 1000;

    private final SourcePolicy policy;
    private final CameraFile file;
    private final Map<String, Camera> configured = new TreeMap<>();
    /** Guarded by itself. */
    private final Map<String, CameraSpec> added = new LinkedHashMap<>();

    CameraCatalog(CamerasConfig cameras, CameraSettings settings, SourcePolicy policy, ObjectMapper json) {
        cameras.cameras().forEach((id, config) -> configured.put(id, validated(id, config)));
        this.policy = policy;
        this.file = new CameraFile(settings.file(), json);
        file.read().forEach(this::load);
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

    private void load(CameraSpec spec) {
        try {
            Camera camera = spec.camera(Camera.Origin.API, false);
            if (!configured.containsKey(camera.id())) {
                added.put(camera.id(), spec);
            }
        } catch (Invalid invalid) {
            LOG.warnf("stored camera is invalid and omitted: detail=%s", invalid.sentence());
        }
    }

    /** Returns all cameras at the start: configured ones by id, then added ones. */
    List<Camera> all() {
        List<Camera> all = new ArrayList<>(configured.values());
        synchronized (added) {
            for (CameraSpec spec : added.values()) {
                try {
                    all.add(spec.camera(Camera.Origin.API, false));
                } catch (Invalid impossible) {
                    throw new IllegalStateException(impossible);
                }
            }
        }
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
        synchronized (added) {
            if (configured.containsKey(camera.id()) || added.containsKey(camera.id())) {
                throw ProblemType.CONFLICT
                        .with("camera «" + camera.id() + "» exists; choose another id, or remove it first")
                        .asException();
            }
            if (added.size() >= MAX_ADDED) {
                throw ProblemType.CONFLICT
                        .with(added.size() + " cameras were added; the limit is " + MAX_ADDED)
                        .asException();
            }
            added.put(camera.id(), spec);
            try {
                write();
            } catch (IOException unwritable) {
                added.remove(camera.id());
                throw notStored(unwritable);
            }
        }
        return camera;
    }

    /**
     * Removes a camera that was added by the API.
     *
     * @throws io.xg2g.problem.ProblemException if it does not exist, is configured, or the change cannot be stored
     */
    void remove(String id) {
        synchronized (added) {
            CameraSpec spec = added.remove(id);
            if (spec == null) {
                throw configured.containsKey(id)
                        ? ProblemType.CONFLICT
                                .with("camera «" + id + "» is configured; remove it from the configuration")
                                .asException()
                        : unknown(id);
            }
            try {
                write();
            } catch (IOException unwritable) {
                added.put(id, spec);
                throw notStored(unwritable);
            }
        }
    }

    /** Returns the exception for an unknown camera. */
    static RuntimeException unknown(String id) {
        return ProblemType.NOT_FOUND
                .with("there is no camera «" + (id.matches(Channel.ID) ? id : "…") + "»")
                .asException();
    }

    private void write() throws IOException {
        file.write(new ArrayList<>(added.values()));
    }

    private static RuntimeException notStored(IOException unwritable) {
        LOG.errorf("cameras not stored (xg2g.camera.cameras-file): error=%s", unwritable);
        return DiskFailure.of("the cameras cannot be written (xg2g.camera.cameras-file); see the log")
                .asException();
    }
}
