package io.xg2g.service;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** RTSP server of GStreamer with cameras that have a moving ball, and audio of any codec; in a process of its own. */
final class RtspSource implements AutoCloseable {
    static final String H264 = "videotestsrc is-live=true pattern=ball"
            + " ! video/x-raw,width=320,height=180,framerate=15/1"
            + " ! x264enc tune=zerolatency speed-preset=ultrafast threads=1 bitrate=300 key-int-max=15"
            + " ! h264parse config-interval=-1 ! rtph264pay name=pay0 pt=96 config-interval=1 ";

    static final String HEVC = "videotestsrc is-live=true pattern=ball"
            + " ! video/x-raw,width=320,height=180,framerate=10/1"
            + " ! x265enc tune=zerolatency speed-preset=ultrafast bitrate=300 key-int-max=20 option-string=scenecut=0"
            + " ! h265parse config-interval=-1 ! rtph265pay name=pay0 pt=96 config-interval=1 ";

    private final Process process;
    private final int port;

    private RtspSource(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts a server of the cameras with these names and pipelines. */
    static RtspSource start(Map<String, String> cameras) {
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "src/test/cameras/rtsp-launch.py"));
        cameras.forEach((name, launch) -> command.add(name + "=" + launch));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String port = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            if (port == null) {
                throw new IllegalStateException("GStreamer's RTSP server is needed: make deps");
            }
            return new RtspSource(process, Integer.parseInt(port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a pipeline of a tone. */
    static String tone(int rate, int channels, String encoderAndPayloader) {
        return "audiotestsrc is-live=true freq=1000 ! audioconvert ! audioresample ! audio/x-raw,rate=" + rate
                + ",channels=" + channels + " ! " + encoderAndPayloader + " name=pay1 ";
    }

    String url(String camera) {
        return "rtsp://127.0.0.1:" + port + "/" + camera;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
