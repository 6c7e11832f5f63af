package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** VLC, mpv and ffmpeg, which play what they are given until there is more than a moment of it in a file. */
final class Players {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Players() {}

    /**
     * Each player gets more than a moment of it.
     *
     * @param out a directory to be made, for what they play and say; above it VLC's user has to be let through
     * @param list what VLC and mpv are given
     * @param entry what ffmpeg is given, which reads no lists
     */
    static void assertPlayed(Path out, String list, String entry) throws IOException {
        Files.createDirectory(out);
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwxrwxrwx"));
        Map<String, List<String>> players = Map.of(
                "vlc",
                asNobody(out, List.of("cvlc", "--sout=#std{access=file,mux=ts,dst=" + out + "/vlc.ts}", list)),
                "mpv",
                List.of("mpv", "--no-config", "--vo=null", "--ao=null", "--stream-record=" + out + "/mpv.ts", list),
                "ffmpeg",
                List.of("ffmpeg", "-nostdin", "-v", "warning", "-i", entry, "-c", "copy", out + "/ffmpeg.ts"));
        Map<String, Process> running = new TreeMap<>();
        try {
            for (Map.Entry<String, List<String>> player : players.entrySet()) {
                running.put(player.getKey(), start(player.getKey(), player.getValue(), out));
            }
            for (String player : running.keySet()) {
                Awaitility.await(player)
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(size(out.resolve(player + ".ts")))
                                .as(() -> player + " has played nothing: " + said(out, player))
                                .isGreaterThan(300_000));
            }
        } finally {
            running.values().forEach(player -> {
                player.descendants().forEach(ProcessHandle::destroyForcibly);
                player.destroyForcibly();
            });
        }
    }

    private static List<String> asNobody(Path home, List<String> command) {
        return System.getProperty("user.name").equals("root")
                ? concat(
                        List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=" + home),
                        command)
                : command;
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static Process start(String player, List<String> command, Path out) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.resolve(player + ".log").toFile())
                    .start();
        } catch (IOException missing) {
            throw new AssertionError(command.getFirst() + " is needed; run make deps", missing);
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private static String said(Path out, String player) {
        try {
            return Files.readString(out.resolve(player + ".log"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
