package io.xg2g.service;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** GStreamer's element playbin or playbin3, in a process of its own. */
final class GstPlayer implements MatrixPlayer {
    private static final Pattern BLANK = Pattern.compile(" ");
    private static final long ANSWER_SECONDS = 5;

    private final Process process;
    private final Writer commands;
    private final PictureLog log = new PictureLog();
    private volatile CompletableFuture<Integer> tracks = new CompletableFuture<>();
    private volatile String said = "";

    private GstPlayer(Process process) {
        this.process = process;
        commands = process.outputWriter();
        Thread.ofPlatform().daemon().start(this::read);
    }

    static GstPlayer start(String element, String url) {
        try {
            return new GstPlayer(
                    new ProcessBuilder(List.of("/usr/bin/python3", "src/test/players/gst-player.py", element, url))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start());
        } catch (IOException missing) {
            throw new UncheckedIOException("GStreamer is needed; run scripts/deps players", missing);
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = BLANK.split(line);
                switch (words[0]) {
                    case "P" ->
                        log.add(
                                System.nanoTime(),
                                PictureCounter.read((x, y) -> Integer.parseInt(words[
                                        1
                                                + (int) (x * PictureCounter.BLOCKS)
                                                + (y < 0.1 ? 0 : PictureCounter.BLOCKS)])));
                    case "T" -> tracks.complete(Integer.parseInt(words[1]));
                    default -> said = line.substring(2);
                }
            }
        } catch (IOException ended) {
            said = "ended: " + ended.getMessage();
        }
    }

    private void command(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException ended) {
            said = said + " (ended)";
        }
    }

    @Override
    public PictureLog shown() {
        return log;
    }

    @Override
    public void pause() {
        command("pause");
    }

    @Override
    public void resume() {
        command("resume");
    }

    @Override
    public void seekBack(int seconds) {
        command("seek -" + seconds);
    }

    @Override
    public int audioTracks() {
        tracks = new CompletableFuture<>();
        command("tracks");
        return tracks.completeOnTimeout(0, ANSWER_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void chooseSecondAudio() {
        command("audio 1");
    }

    @Override
    public String said() {
        return said;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
