package io.xg2g.camera;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** RTSP server of generated cameras ({@link CameraPicture}): that of GStreamer, in a process of its own. */
public final class RtspServer implements AutoCloseable {
    private final Process process;
    private final int port;

    private RtspServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a server.
     *
     * @param codec h264 or jpeg
     */
    public static RtspServer start(int cameras, int width, int height, int fps, String codec) {
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "src/test/cameras/rtsp-server.py"));
        IntStream.of(width, height, fps).forEach(value -> command.add(Integer.toString(value)));
        command.add(codec);
        IntStream.range(0, cameras).forEach(camera -> command.add(camera + ":" + CameraPicture.yuv(camera)));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String port = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            if (port == null) {
                throw new IllegalStateException("GStreamer's RTSP server is needed: apt-get install python3-gi"
                        + " gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly");
            }
            return new RtspServer(process, Integer.parseInt(port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** URL of a camera by its number. */
    public URI camera(int number) {
        return URI.create("rtsp://127.0.0.1:" + port + "/" + number);
    }

    /** Process of the server, for signals. */
    public Process process() {
        return process;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
