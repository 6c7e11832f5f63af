package io.xg2g.cluster;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.ffmpeg.Container;
import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.Profile;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.ffmpeg.Slate;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.process.ProcessPriority;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway asks a worker to encode.
 *
 * @param request id of the request at the gateway, for logs
 * @param attempt of the request, from 1
 * @param input signed URL of the input
 * @param results signed URLs for the renditions, by their names
 * @param profile name of the profile
 * @param renditions of a ladder; empty for a preview
 * @param height of a preview; 0 for a ladder
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection(
        targets = { // Read and written as JSON.
            UnitOrder.class,
            MediaInfo.class,
            MediaInfo.Video.class,
            MediaInfo.Audio.class,
            RenditionSpec.class,
            FrameGrid.class,
            Slate.class
        })
record UnitOrder(
        String request,
        int attempt,
        String input,
        Map<String, String> results,
        MediaInfo source,
        String profile,
        List<RenditionSpec> renditions,
        int height,
        Container container,
        @Nullable FrameGrid grid,
        @Nullable Slate slate,
        ProcessPriority priority) {

    /** Name of the rendition of a preview. */
    private static final String PREVIEW = "preview";

    UnitOrder {
        results = Map.copyOf(results);
        renditions = List.copyOf(renditions);
    }

    /** Returns the names of the renditions of a unit. */
    static List<String> names(TranscodeUnit unit) {
        return switch (unit.profile()) {
            case Profile.Ladder ladder ->
                ladder.renditions().stream().map(RenditionSpec::name).toList();
            case Profile.Preview _ -> List.of(PREVIEW);
        };
    }

    /** Makes the order of a unit. */
    static UnitOrder of(
            String request,
            int attempt,
            TranscodeUnit unit,
            ProcessPriority priority,
            String input,
            Map<String, String> results) {
        return new UnitOrder(
                request,
                attempt,
                input,
                results,
                unit.source(),
                unit.profile().name(),
                unit.profile() instanceof Profile.Ladder ladder ? ladder.renditions() : List.of(),
                unit.profile() instanceof Profile.Preview preview ? preview.height() : 0,
                unit.container(),
                unit.grid(),
                unit.slate(),
                priority);
    }

    /** Returns the unit with the worker's own files. */
    TranscodeUnit unit(Path file, Path directory) {
        Profile made = renditions.isEmpty()
                ? new Profile.Preview(profile, height)
                : new Profile.Ladder(profile, renditions);
        return new TranscodeUnit(file, source, made, container, directory, grid, slate);
    }
}
