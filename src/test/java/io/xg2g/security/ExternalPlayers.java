package io.xg2g.security;

import static org.assertj.core.api.Assertions.fail;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** VLC, mpv and ffmpeg, which record what they play until a file has enough of it. */
final class ExternalPlayers {
    /** VLC ignores EXT-X-GAP, and stalls if a slow machine drops its first segments: then it is restarted. */
    private static final int TRIES = 6;

    private static final Duration PATIENCE = Patience.seconds(40);

    private ExternalPlayers() {}

    /**
     * Checks that each player records enough.
     *
     * @param out directory to create for recordings and logs; VLC's user needs access to its parents
     * @param list URL for VLC and mpv
     * @param entry URL for ffmpeg, which does not read lists
     */
    static void assertPlayed(Path out, String list, String entry) throws IOException {
        Files.createDirectory(out);
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwxrwxrwx"));
        String vlcOutput = "--sout=#std{access=file,mux=ts,dst=" + out + "/vlc.ts}";
        assertPlayed("vlc", out, asUnprivilegedUser(out, List.of("cvlc", "--no-sout-audio", vlcOutput, list)));
        String mpvOutput = "--stream-record=" + out + "/mpv.ts";
        assertPlayed("mpv", out, List.of("mpv", "--no-config", "--vo=null", "--ao=null", mpvOutput, list));
        assertPlayed(
                "ffmpeg",
                out,
                List.of("ffmpeg", "-nostdin", "-y", "-v", "warning", "-i", entry, "-c", "copy", out + "/ffmpeg.ts"));
    }

    private static void assertPlayed(String player, Path out, List<String> command) {
        Path played = out.resolve(player + ".ts");
        for (int tries = 0; tries < TRIES; tries++) {
            Process process = start(player, command, out);
            try {
                Awaitility.await().atMost(PATIENCE).until(() -> size(played) > 300_000);
                return;
            } catch (ConditionTimeoutException stalled) {
                // Retry.
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
        fail(player + " has played nothing: " + said(out, player));
    }

    private static List<String> asUnprivilegedUser(Path home, List<String> command) {
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
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.resolve(player + ".log").toFile());
            builder.environment().put("TMPDIR", out.toString());
            return builder.start();
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
