package io.xg2g.telemetry;

import io.xg2g.dispatch.Dispatcher;
import io.xg2g.ffmpeg.DeviceReport;
import io.xg2g.ffmpeg.EncoderProbe;
import io.xg2g.ffmpeg.UnitProcesses;
import io.xg2g.gpu.EncoderSession;
import io.xg2g.gpu.GpuState;
import io.xg2g.gpu.GpuStatus;
import io.xg2g.problem.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Catalogue of GPUs: joins the results of the encoder probe, the latest samples and the stored series. */
@ApplicationScoped
class GpuCatalog {
    private final EncoderProbe probe;
    private final GpuStatus status;
    private final TelemetryRepository repository;
    private final Function<EncoderSession, GpuView.SessionView> sessions;

    GpuCatalog(
            EncoderProbe probe,
            GpuStatus status,
            TelemetryRepository repository,
            UnitProcesses processes,
            Dispatcher dispatcher) {
        this.probe = probe;
        this.status = status;
        this.repository = repository;
        this.sessions = session ->
                GpuView.SessionView.of(session, processes.unit(session.pid()).flatMap(dispatcher::stream));
    }

    /** Returns the devices of this machine in the order of the probe, software last, followed by all others. */
    List<GpuView> all() {
        Map<String, DeviceReport> devices = devices();
        Map<String, GpuState> sampled = sampled();
        Map<String, List<StoredSeries>> stored = repository.series().stream()
                .collect(Collectors.groupingBy(series -> series.key().gpu(), LinkedHashMap::new, Collectors.toList()));
        return Stream.of(devices.keySet(), sampled.keySet(), stored.keySet())
                .flatMap(ids -> ids.stream())
                .distinct()
                .map(id ->
                        GpuView.of(id, devices.get(id), sampled.get(id), stored.getOrDefault(id, List.of()), sessions))
                .toList();
    }

    Optional<GpuView> find(String id) {
        DeviceReport device = devices().get(id);
        GpuState state = sampled().get(id);
        List<StoredSeries> stored = repository.series(id);
        boolean known = device != null || state != null || !stored.isEmpty();
        return known ? Optional.of(GpuView.of(id, device, state, stored, sessions)) : Optional.empty();
    }

    /**
     * Returns a GPU.
     *
     * @throws io.xg2g.problem.ProblemException if it does not exist
     */
    GpuView require(String id) {
        return find(id).orElseThrow(() ->
                ProblemType.NOT_FOUND.with("there is no GPU of this id").asException());
    }

    /** Returns the probed devices; empty during the first probe. */
    private Map<String, DeviceReport> devices() {
        return byId(
                probe.finished().orElse(List.of()), report -> report.device().id());
    }

    private Map<String, GpuState> sampled() {
        return byId(status.gpus(), state -> state.sample().gpu());
    }

    private static <T> Map<String, T> byId(List<T> things, Function<T, String> id) {
        return things.stream()
                .collect(Collectors.toMap(id, Function.identity(), (first, _) -> first, LinkedHashMap::new));
    }
}
