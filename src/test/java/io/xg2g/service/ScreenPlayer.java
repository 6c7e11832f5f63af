package io.xg2g.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** mpv, VLC or ffplay on a {@link VirtualScreen}, controlled as by a viewer. */
final class ScreenPlayer implements MatrixPlayer {
    /** More often than pictures change. */
    private static final long POLL_MILLIS = 15;

    /** A line that tells why a picture is missing. */
    private static final Pattern COMPLAINT =
            Pattern.compile("(?i)error|fail|invalid|end of file|not update|discontinuity detected");

    private static final String SOCKET = "commands";
    private static final int SEEK_STEP = 10;
    private static final long ANSWER_MILLIS = 700;

    private final Kind kind;
    private final Control control;
    private final VirtualScreen screen;
    private final Process process;
    private final Path output;
    private final PictureLog log = new PictureLog();
    private final Thread reader;
    private volatile boolean closed;

    /**
     * Commands of a player.
     *
     * @param pause that also ends a pause
     * @param back to go back by {@value #SEEK_STEP} seconds
     * @param listAudio to print the audio tracks; empty if they are printed at the start
     * @param audio line of an audio track in what is printed, with its id as the group
     * @param chooseAudio with the id of the track
     */
    private record Control(
            List<String> command,
            Map<String, String> environment,
            String pause,
            String back,
            String listAudio,
            Pattern audio,
            String chooseAudio) {}

    private ScreenPlayer(Kind kind, Control control, VirtualScreen screen, Process process, Path output) {
        this.kind = kind;
        this.control = control;
        this.screen = screen;
        this.process = process;
        this.output = output;
        reader = Thread.ofPlatform().daemon().start(this::read);
    }

    static ScreenPlayer start(Kind kind, String url, Path directory) {
        try {
            Path own = Files.createTempDirectory(directory, kind.name().toLowerCase(Locale.ROOT));
            Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
            VirtualScreen screen = VirtualScreen.start(own);
            Control control = switch (kind) {
                case MPV -> mpv(own.resolve(SOCKET));
                case VLC -> vlc(own);
                default -> ffplay();
            };
            List<String> command = new ArrayList<>(control.command());
            command.add(url);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(own.resolve("said").toFile());
            builder.environment().put("DISPLAY", screen.display());
            builder.environment().put("TMPDIR", own.toAbsolutePath().toString());
            builder.environment().putAll(control.environment());
            return new ScreenPlayer(kind, control, screen, builder.start(), own.resolve("said"));
        } catch (IOException missing) {
            throw new UncheckedIOException("a player is missing; run scripts/deps players", missing);
        }
    }

    private static Control mpv(Path socket) {
        return new Control(
                List.of(
                        "mpv",
                        "--no-config",
                        "--vo=x11",
                        "--ao=null",
                        "--fullscreen",
                        "--osd-level=0",
                        "--no-osc",
                        "--input-terminal=no",
                        "--input-ipc-server=" + socket,
                        "--msg-level=all=warn,cplayer=info",
                        "--term-status-msg="),
                Map.of(),
                "cycle pause",
                "seek -" + SEEK_STEP,
                "",
                Pattern.compile("--aid=(\\d+)"),
                "set aid 2");
    }

    private static Control vlc(Path home) {
        List<String> command = new ArrayList<>(
                System.getProperty("user.name").equals("root")
                        ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
                        : List.of());
        command.addAll(List.of(
                "cvlc",
                "--intf=oldrc",
                "--rc-fake-tty",
                "--vout=xcb_x11",
                "--aout=adummy",
                "--fullscreen",
                "--no-video-title-show",
                "--no-osd",
                "--no-spu"));
        return new Control(
                command,
                Map.of("HOME", home.toString()),
                "pause",
                "key key-jump-short",
                "atrack",
                Pattern.compile("(?m)^\\| (\\d+) - "),
                "atrack %s");
    }

    private static Control ffplay() {
        return new Control(
                List.of(
                        "ffplay",
                        "-hide_banner",
                        "-noborder",
                        "-left",
                        "0",
                        "-top",
                        "0",
                        "-x",
                        Integer.toString(PictureCounter.WIDTH),
                        "-y",
                        Integer.toString(PictureCounter.HEIGHT)),
                Map.of("SDL_AUDIODRIVER", "dummy", "SDL_RENDER_DRIVER", "software"),
                "p",
                "Left",
                "",
                Pattern.compile("Stream #0:(\\d+).*: Audio:"),
                "a");
    }

    private void read() {
        while (!closed) {
            log.add(System.nanoTime(), screen.number());
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException ended) {
                return;
            }
        }
    }

    /** Types a command, or presses a key of a player without commands. */
    private void command(String command) {
        byte[] line = (command + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            switch (kind) {
                case MPV -> {
                    Path socket = output.resolveSibling(SOCKET);
                    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                        channel.write(ByteBuffer.wrap(line));
                    }
                }
                case VLC -> {
                    process.getOutputStream().write(line);
                    process.getOutputStream().flush();
                }
                default -> {
                    ProcessBuilder key =
                            new ProcessBuilder("xdotool", "search", "--class", "ffplay", "windowfocus", "key", command);
                    key.environment().put("DISPLAY", screen.display());
                    key.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
                    key.start().waitFor();
                }
            }
        } catch (IOException ended) {
            // It has ended: nothing new is shown.
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }

    @Override
    public PictureLog shown() {
        return log;
    }

    @Override
    public void pause() {
        command(control.pause());
    }

    @Override
    public void resume() {
        command(control.pause());
    }

    @Override
    public void seekBack(int seconds) {
        for (int step = 0; step < seconds / SEEK_STEP; step++) {
            command(control.back());
        }
    }

    /** Ids of the audio tracks that it has printed. */
    private List<String> tracks() {
        int before = 0;
        if (!control.listAudio().isEmpty()) {
            before = printed().length();
            command(control.listAudio());
            try {
                TimeUnit.MILLISECONDS.sleep(ANSWER_MILLIS);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new AssertionError(stop);
            }
        }
        String printed = printed();
        return control.audio()
                .matcher(printed.substring(Math.min(before, printed.length())))
                .results()
                .map((MatchResult track) -> track.group(1))
                .distinct()
                .toList();
    }

    @Override
    public int audioTracks() {
        return tracks().size();
    }

    @Override
    public void chooseSecondAudio() {
        if (control.chooseAudio().contains("%s")) {
            command(String.format(Locale.ROOT, control.chooseAudio(), tracks().get(1)));
        } else {
            command(control.chooseAudio());
        }
    }

    private String printed() {
        try {
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String said() {
        String end = process.isAlive() ? "" : "ended; ";
        return end
                + printed()
                        .lines()
                        .filter(line -> COMPLAINT.matcher(line).find())
                        .reduce("", (_, line) -> line)
                        .strip();
    }

    @Override
    public void close() {
        closed = true;
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        try {
            reader.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        screen.close();
    }
}
