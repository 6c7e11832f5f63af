package io.xg2g.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** ffmpeg and ffprobe as the reference for the readers and writers. */
final class FfmpegTool {
    private static final Path DIRECTORY = Path.of("target", "test-media").toAbsolutePath();

    private FfmpegTool() {}

    /** A packet of ffprobe's output; times in the time base of the stream. */
    record Packet(long pts, long dts, int size, boolean keyframe) {}

    /** The packets of a stream ({@code v:0}, {@code a:0}). */
    static List<Packet> packets(Path file, String stream) {
        List<Packet> packets = new ArrayList<>();
        String lines = run("ffprobe -v error -select_streams " + stream
                + " -show_entries packet=pts,dts,size,flags -of csv=p=0 -i " + file);
        for (String line : lines.lines().filter(line -> !line.isBlank()).toList()) {
            String[] fields = line.split(",", -1);
            packets.add(new Packet(
                    time(fields[0]), time(fields[1]), Integer.parseInt(fields[2]), fields[3].startsWith("K")));
        }
        return packets;
    }

    private static long time(String field) {
        return field.equals("N/A") ? Long.MIN_VALUE : Long.parseLong(field);
    }

    /** Warnings of ffmpeg for a full decode of a file; empty if it is valid. */
    static String warnings(Path file) {
        return run("ffmpeg -nostdin -v warning -i " + file + " -f null -").strip();
    }

    /** Hashes of the decoded frames, one line each. */
    static List<String> frames(Path file, String stream, String more) {
        return run("ffmpeg -nostdin -v error -i " + file + " -map 0:" + stream + " " + more + " -f framemd5 -")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    /** One entry of a stream's description. */
    static String entry(Path file, String stream, String name) {
        return run("ffprobe -v error -select_streams " + stream + " -show_entries stream=" + name + " -of csv=p=0 -i "
                        + file)
                .lines()
                .findFirst()
                .orElse("");
    }

    /** Media encoded by ffmpeg on first use; the output is appended to the arguments. */
    static synchronized Path make(String name, String arguments) {
        Path file = DIRECTORY.resolve("media-" + name);
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(DIRECTORY);
                Path part = DIRECTORY.resolve("part-" + ProcessHandle.current().pid() + "-" + name);
                String said = run("ffmpeg -nostdin -v error -y " + arguments + " " + part);
                if (!said.isBlank()) {
                    throw new IOException("ffmpeg on " + name + ": " + said);
                }
                // Another JVM of the tests may have made it meanwhile.
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return file;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static Path write(String name, byte[]... parts) {
        try {
            Files.createDirectories(DIRECTORY);
            Path file = DIRECTORY.resolve("media-" + name);
            try (var out = Files.newOutputStream(file)) {
                for (byte[] part : parts) {
                    out.write(part);
                }
            }
            return file;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static String run(String command) {
        try {
            Process process = new ProcessBuilder(command.split(" +"))
                    .redirectErrorStream(true)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
