package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** File that cannot be opened for writing until it is released: a pipe without a reader. */
final class BlockedFile {
    private final Path reader;

    /**
     * Creates it.
     *
     * @param reader another name for the test, which remains when the file is deleted
     */
    BlockedFile(Path file, Path reader) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        this.reader = Files.createLink(reader, file);
    }

    /** Returns whether some thread is opening a file of Vert.x. */
    static boolean isOpening() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Stream::of)
                .anyMatch(frame -> frame.getClassName().endsWith(".AsynchronousFileChannel")
                        && frame.getMethodName().equals("open"));
    }

    /** Lets it be opened. */
    void release() throws IOException {
        Files.newInputStream(reader).close();
    }
}
