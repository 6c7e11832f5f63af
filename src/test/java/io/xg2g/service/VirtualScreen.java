package io.xg2g.service;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * X server without a display, of {@link PictureCounter}'s size, whose picture is read from memory; with a window manager in which
 * each window fills the screen.
 */
final class VirtualScreen implements AutoCloseable {
    /** Indices of the header's fields, of four bytes each (X11/XWDFile.h). */
    private static final int HEADER_SIZE = 0;

    private static final int BYTES_PER_LINE = 12;
    private static final int COLORS = 19;
    private static final int COLOR_BYTES = 12;
    private static final int PIXEL_BYTES = 4;

    private final Process process;
    private final Process windowManager;
    private final String display;
    private final MappedByteBuffer file;
    private final int pixels;
    private final int line;

    private VirtualScreen(Process process, Process windowManager, String display, MappedByteBuffer file) {
        this.process = process;
        this.windowManager = windowManager;
        this.display = display;
        this.file = file;
        file.order(ByteOrder.BIG_ENDIAN);
        pixels = file.getInt(4 * HEADER_SIZE) + file.getInt(4 * COLORS) * COLOR_BYTES;
        line = file.getInt(4 * BYTES_PER_LINE);
    }

    /** Starts a server with its files in a directory. */
    static VirtualScreen start(Path directory) {
        try {
            String size = PictureCounter.WIDTH + "x" + PictureCounter.HEIGHT + "x24";
            Process process = new ProcessBuilder(List.of(
                            "Xvfb",
                            "-displayfd",
                            "1",
                            "-screen",
                            "0",
                            size,
                            "-ac",
                            "-nolisten",
                            "tcp",
                            "-fbdir",
                            directory.toString()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader lines = process.inputReader();
            String number = lines.readLine();
            if (number == null) {
                throw new AssertionError("Xvfb does not start");
            }
            ProcessBuilder manager = new ProcessBuilder(
                            "matchbox-window-manager", "-use_titlebar", "no", "-use_cursor", "no")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            manager.environment().put("DISPLAY", ":" + number);
            try (FileChannel channel = FileChannel.open(directory.resolve("Xvfb_screen0"), StandardOpenOption.READ)) {
                return new VirtualScreen(
                        process,
                        manager.start(),
                        ":" + number,
                        channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
            }
        } catch (IOException missing) {
            throw new UncheckedIOException(
                    "Xvfb and matchbox-window-manager are needed; run scripts/deps players", missing);
        }
    }

    /** Value of the environment variable {@code DISPLAY}. */
    String display() {
        return display;
    }

    /** Reads the number of the picture that is shown now. */
    int number() {
        return PictureCounter.read((x, y) -> {
            int at = pixels + (int) (y * PictureCounter.HEIGHT) * line + (int) (x * PictureCounter.WIDTH) * PIXEL_BYTES;
            return ((file.get(at) & 0xff) + (file.get(at + 1) & 0xff) + (file.get(at + 2) & 0xff)) / 3;
        });
    }

    @Override
    public void close() {
        windowManager.destroyForcibly().onExit().join();
        process.destroyForcibly().onExit().join();
    }
}
