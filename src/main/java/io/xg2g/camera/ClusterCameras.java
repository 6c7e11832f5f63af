package io.xg2g.camera;

import io.vertx.core.http.HttpServerResponse;
import io.xg2g.cluster.InnerRoutes;
import io.xg2g.cluster.MemberRequests;
import io.xg2g.http.PublicUrl;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Cameras of all gateways of a cluster, as the API shows them. Thread-safe. */
@Singleton
class ClusterCameras {
    private static final int ATTEMPTS = 4;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String PART = "cameras";

    private final Cameras cameras;
    private final MemberRequests members;

    ClusterCameras(Cameras cameras, MemberRequests members) {
        this.cameras = cameras;
        this.members = members;
    }

    /** Tells the other gateways what this one captures. */
    void register(@Observes InnerRoutes routes) {
        members.serve(routes, PART, () -> Optional.of(own()));
    }

    /** Returns all by id; blocks. The response names the gateways that are missing. */
    List<CameraView> all(PublicUrl publicUrl, HttpServerResponse response) {
        return members.joined(PART, CameraView[].class, own(), response).stream()
                .map(view -> view.at(publicUrl))
                .sorted(Comparator.comparing(CameraView::id))
                .toList();
    }

    private List<CameraView> own() {
        return cameras.all().stream().map(this::view).toList();
    }

    /** Returns the view of a camera that this program captures. */
    CameraView view(RunningCamera camera, PublicUrl publicUrl) {
        return view(camera).at(publicUrl);
    }

    /** Returns the view of a camera that another gateway captures, or begins to within 3 s; blocks. */
    Optional<CameraView> elsewhere(String id, PublicUrl publicUrl) {
        Optional<CameraView> found = Optional.empty();
        for (int attempt = 0; attempt < ATTEMPTS && found.isEmpty(); attempt++) {
            try {
                Thread.sleep(attempt == 0 ? Duration.ZERO : PAUSE);
            } catch (InterruptedException shutdown) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
            found = members.gateways(MemberRequests.path(PART), CameraView[].class).parts().values().stream()
                    .flatMap(Stream::of)
                    .filter(view -> view.id().equals(id))
                    .map(view -> view.at(publicUrl))
                    .findFirst();
        }
        return found;
    }

    private CameraView view(RunningCamera camera) {
        return CameraView.of(camera, members.self().orElse(null));
    }
}
