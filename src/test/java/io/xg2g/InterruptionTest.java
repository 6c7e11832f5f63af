package io.xg2g;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Test that no interrupt is swallowed: every catch throws, restores the flag, or records it to restore it later. */
class InterruptionTest {
    private static final Pattern CAUGHT =
            Pattern.compile("catch \\([^)]*\\bInterruptedException\\b[^)]*\\) \\{(?<block>[^{}]*)}");
    private static final Pattern HEEDED =
            Pattern.compile("throw |Thread\\.currentThread\\(\\)\\.interrupt\\(\\)|interrupted = true");

    /** Exceptions of the rule, with their reasons. */
    private static final Map<String, String> OTHERWISE = Map.of(
            "CameraCapture.java", "restoreIfClosed();",
            "Ingest.java", "restoreIfClosed();",
            "Replay.java", "return new ReplayState.Stopped(time.instant());",
            "Segmenter.java", "return true;",
            "ProcessTerminator.java", "return true;");

    @Test
    void noInterruptIsSwallowed() {
        List<String> swallowed = new ArrayList<>();
        int[] found = {0};
        sources().forEach(file -> {
            Matcher caught = CAUGHT.matcher(read(file));
            while (caught.find()) {
                found[0]++;
                String block = caught.group("block");
                String otherwise = OTHERWISE.get(file.getFileName().toString());
                if (!HEEDED.matcher(block).find() && (otherwise == null || !block.contains(otherwise))) {
                    swallowed.add(file + ":" + block);
                }
            }
        });

        assertThat(found[0]).as("blocks that were looked at").isGreaterThan(20);
        assertThat(swallowed).isEmpty();
    }

    private static Stream<Path> sources() {
        try {
            return Files.walk(Path.of("src/main/java"))
                    .filter(path -> path.toString().endsWith(".java"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
