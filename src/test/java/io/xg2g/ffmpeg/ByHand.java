package io.xg2g.ffmpeg;

import io.xg2g.gpu.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The engine's own command lines, run as a person would at a shell: nothing is inspected, watched or checked. */
public final class ByHand implements AutoCloseable {
    private final Engine engine;

    /** Works below the directory. */
    public ByHand(Path directory) {
        engine = new Engine(directory, Map.of());
    }

    /** The command that makes these rungs of the file, into a new directory. */
    public List<String> command(Path input, String profile) {
        TranscodeUnit unit = engine.unit(input, profile, Container.MPEG_TS);
        Profile.Ladder ladder = (Profile.Ladder) unit.profile();
        List<Rung> rungs = Rung.of(unit.source().video(), ladder.renditions());
        List<Path> files = rungs.stream()
                .map(rung -> unit.outputDirectory().resolve(rung.spec().name() + ".ts"))
                .toList();
        Encoder encoder = engine.probe.encoder(Device.SOFTWARE, Codec.H264).orElseThrow();
        var target = new CommandLine.Target(
                Device.SOFTWARE, encoder, engine.settings.softwarePreset(), engine.settings.threads());
        return CommandLine.ladder("ffmpeg", unit, rungs, files, target);
    }

    /** The same command, reading the file's bytes from its standard input. */
    public List<String> commandFromPipe(Path input, String profile) {
        List<String> command = new ArrayList<>(command(input, profile));
        command.remove("-nostdin");
        command.set(command.indexOf("-protocol_whitelist") + 1, "file,pipe");
        command.set(command.indexOf("-i") + 1, "pipe:0");
        return command;
    }

    /** Starts a command whose output nobody reads. */
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

    /** Waits for its end, which must be a good one. */
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
