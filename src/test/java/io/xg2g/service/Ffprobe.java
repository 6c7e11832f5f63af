package io.xg2g.service;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Inspection of results with ffprobe and ffmpeg. */
final class Ffprobe {
    private Ffprobe() {}

    /** The first stream of the kind ({@code video}, {@code audio}) as ffprobe describes it. */
    static JsonObject stream(Path file, String kind) throws IOException {
        return streams(file, kind).stream()
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " in " + file));
    }

    /** All streams of the kind. */
    static List<JsonObject> streams(Path file, String kind) throws IOException {
        String json = run("ffprobe", "-v", "error", "-show_streams", "-of", "json", file.toString());
        return new JsonObject(json)
                .getJsonArray("streams").stream()
                        .map(JsonObject.class::cast)
                        .filter(stream -> stream.getString("codec_type").equals(kind))
                        .toList();
    }

    /**
     * Warnings of ffmpeg for a full decode of the file; empty if it is valid. A file that is not, and those beside it, are copied
     * into {@code target/undecodable}, since it may be made once in many runs.
     */
    static String decodeErrors(Path file) throws IOException {
        // With the time base of the input: in that of the guessed frame rate, frames next to a held picture have equal
        // times.
        String errors = run(
                "ffmpeg", "-v", "error", "-nostdin", "-i", file.toString(), "-enc_time_base", "-1", "-f", "null", "-");
        if (!errors.isEmpty()) {
            Path kept = Files.createTempDirectory(
                    Files.createDirectories(Path.of("target", "undecodable")), file.getFileName() + "-");
            try (DirectoryStream<Path> beside =
                    Files.newDirectoryStream(file.toAbsolutePath().getParent())) {
                for (Path each : beside) {
                    if (Files.isRegularFile(each)) {
                        Files.copy(each, kept.resolve(each.getFileName()));
                    }
                }
            }
        }
        return errors;
    }

    private static String run(String... command) throws IOException {
        List<String> line = new ArrayList<>(Arrays.asList(command));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
