package io.xg2g.service;

import static io.xg2g.service.WatchedChannel.awaitSegments;
import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.TestMedia;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source of RTMP over TLS: ffmpeg as RTMP server, behind a server that ends TLS. */
@Tag("nightly")
class RtmpIT {
    private static final Path CLIP = TestMedia.encoded(
            "rtmp.flv",
            "-f lavfi -i testsrc2=s=256x144:r=25:d=12 -f lavfi -i sine=r=48000:d=12 -c:v libx264 -preset superfast"
                    + " -pix_fmt yuv420p -g 25 -sc_threshold 0 -c:a aac -b:a 96k -ar 44100 -f flv");

    @TempDir
    static Path directory;

    @Test
    void aSourceOverTlsIsAChannelOfTheConfigurationOnly() throws Exception {
        Certificate.make(directory);
        int plain = io.xg2g.http.FreePort.any();
        Process server = new ProcessBuilder(List.of(
                        "sh",
                        "-c",
                        "while :; do ffmpeg -v error -nostdin -re -stream_loop -1 -i \"$0\" -c copy -f flv -listen 1 \"$1\"; done",
                        CLIP.toString(),
                        "rtmp://127.0.0.1:" + plain + "/live/a"))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.log").toFile())
                .start();
        try (ServerSocket tls = secure();
                RunningService service = RunningService.start(
                        Files.createDirectory(directory.resolve("work")),
                        Map.of(
                                "xg2g.live.channels-file",
                                directory.resolve("channels.json").toString(),
                                "xg2g.live.channels.studio.url",
                                "rtmps://127.0.0.1:" + tls.getLocalPort() + "/live/a",
                                "xg2g.source.allow",
                                "127.0.0.0/8"))) {
            Thread.ofVirtual().start(() -> accept(tls, plain));

            try (HlsViewer viewer = HlsViewer.watch(service, "studio")) {
                awaitSegments(viewer, 2);
            }

            assertThat(LiveChannels.add(service, "other", "rtmps://127.0.0.1:" + tls.getLocalPort() + "/live/a")
                            .body())
                    .contains("source-not-allowed", "an rtmps source can be a channel of the configuration only");
        } finally {
            server.descendants().forEach(ProcessHandle::destroyForcibly);
            server.destroyForcibly();
        }
    }

    private static ServerSocket secure() throws Exception {
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve("store.p12"))) {
            own.load(in, "password".toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, "password".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    private static void accept(ServerSocket server, int plain) {
        try {
            while (true) {
                Socket client = server.accept();
                Socket source = new Socket(InetAddress.getLoopbackAddress(), plain);
                Thread.ofPlatform().daemon().start(() -> pump(client, source));
                Thread.ofPlatform().daemon().start(() -> pump(source, client));
            }
        } catch (IOException ended) {
            if (!server.isClosed()) {
                throw new UncheckedIOException(ended);
            }
        }
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException ended) {
            // Both directions end.
        }
    }
}
