package io.xg2g.ffmpeg;

import io.xg2g.gpu.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The command lines of the transcoder, run without inspection, watchdogs and output checks. */
public final class PlainFfmpeg implements AutoCloseable {
    private final TranscodingSetup engine;

    /** Creates its files below the directory. */
    public PlainFfmpeg(Path directory) {
        engine = new TranscodingSetup(directory, Map.of());
    }

    /** Command that encodes these rungs of the file into a new directory. */
    public List<String> command(Path input, String profile) {
        TranscodeUnit unit = engine.unit(input, profile, Container.MPEG_TS);
        Profile.Ladder ladder = (Profile.Ladder) unit.profile();
        return command(unit, Rung.of(unit.source().video(), ladder.renditions()));
    }

    /** Commands that encode this number of windows of the file, each with the complete ladder. */
    public List<List<String>> windows(Path film, int windows) {
        MediaInfo media = engine.media(film);
        var cutter = new TsWindowCutter(film);
        List<RenditionSpec> specs = engine.profiles.ladderFor(media.video());
        FrameGrid grid = FrameGrid.of(media.video(), specs, TsWindowCutter.START);
        List<List<String>> commands = new ArrayList<>();
        for (int n = 0; n < windows; n++) {
            long begin = cutter.start() + n * grid.durationTicks();
            Path input = engine.work.create().resolve("window.ts");
            write(input, cutter.window(begin, grid.durationTicks(), media.video()));
            commands.add(window(input, media, specs, grid));
        }
        return commands;
    }

    /** Command that encodes the same frames in one run, with keyframes at the same times. */
    public List<String> continuous(Path film, int windows) {
        MediaInfo media = engine.media(film);
        List<RenditionSpec> specs = engine.profiles.ladderFor(media.video());
        FrameGrid one = FrameGrid.of(media.video(), specs, new TsWindowCutter(film).start());
        var all = new FrameGrid(one.startTicks(), one.rateNumerator(), one.rateDenominator(), windows * one.frames());
        List<String> command = new ArrayList<>();
        for (String argument : window(film, media, specs, all)) {
            if (argument.equals("-flags:v")) {
                command.addAll(List.of(
                        "-force_key_frames",
                        String.format(
                                Locale.ROOT,
                                "expr:gte(t,%f+n_forced*%f)",
                                one.startTicks() / 90_000.0 - 0.001,
                                one.durationTicks() / 90_000.0)));
            }
            command.add(argument);
        }
        return command;
    }

    private List<String> window(Path input, MediaInfo media, List<RenditionSpec> specs, FrameGrid grid) {
        var unit = new TranscodeUnit(
                input, media, new Profile.Ladder("live", specs), Container.CMAF, engine.work.create(), grid);
        return command(unit, Rung.of(media.video(), specs, grid));
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command(TranscodeUnit unit, List<Rung> rungs) {
        List<Path> files = rungs.stream()
                .map(rung -> unit.outputDirectory().resolve(rung.spec().name()))
                .toList();
        Encoder encoder = engine.probe.encoder(Device.SOFTWARE, Codec.H264).orElseThrow();
        var target = new CommandLine.Target(
                Device.SOFTWARE, encoder, engine.settings.softwarePreset(), engine.settings.threads(1), true);
        return CommandLine.ladder("ffmpeg", unit, rungs, files, target, java.time.Duration.ofHours(1));
    }

    /** The same command, reading the file's bytes from its standard input. */
    public List<String> commandFromPipe(Path input, String profile) {
        List<String> command = new ArrayList<>(command(input, profile));
        command.remove("-nostdin");
        command.set(command.indexOf("-protocol_whitelist") + 1, "file,pipe");
        command.set(command.indexOf("-i") + 1, "pipe:0");
        return command;
    }

    /** Starts a command and discards its output. */
    public static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for its end and checks that it succeeded. */
    public static void await(Process process) {
        int code = process.onExit().join().exitValue();
        if (code != 0) {
            throw new IllegalStateException("ffmpeg ended with " + code);
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
