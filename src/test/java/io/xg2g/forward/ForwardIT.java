package io.xg2g.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xg2g.cluster.Member;
import io.xg2g.cluster.Ownership;
import io.xg2g.http.FreePort;
import io.xg2g.schedule.Patience;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Test of requests that one gateway forwards to another one, with real connections. */
class ForwardIT extends TwoGateways {
    private static final Duration SOON = Patience.seconds(20);

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void theOwnerAnswersAsIfTheClientWereConnectedToIt(HttpClient.Version version) throws Exception {
        HttpResponse<String> answer = send(request(a, "/live/news/master.m3u8?token=x%20y&start=1")
                .version(version)
                .header("Authorization", "Bearer abc"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.version()).isEqualTo(version);
        assertThat(answer.body())
                .contains("gateway=b\n", "client=127.0.0.1\n", "remote=127.0.0.1\n", "query=token=x%20y&start=1\n")
                .contains("url=http://127.0.0.1:" + a.port + "/\n")
                .contains("authorization=Bearer abc")
                .doesNotContainIgnoringCase("xg2g-");
        await().atMost(SOON).until(() -> a.forwards("answered") == 1);
        assertThat(b.forwards("answered")).isZero();
    }

    @Test
    void whatAGatewayHasItAnswersItself() throws Exception {
        assertThat(get(b, "/live/news/master.m3u8")).contains("gateway=b\n");
        assertThat(get(b, "/api/v1/transcodes/b-1")).contains("gateway=b\n");
        assertThat(get(a, "/api/v1/transcodes/b-1")).contains("gateway=b\n");
        assertThat(b.requests.get()).isEqualTo(3);
    }

    @Test
    void aChannelThatNobodyHasIsStartedByTheSameGatewayForAll() throws Exception {
        for (int i = 0; i < 20; i++) {
            String path = "/live/free" + i + "/master.m3u8";
            assertThat(get(a, path).lines().findFirst())
                    .isEqualTo(get(b, path).lines().findFirst());
        }
        assertThat(a.requests.get()).isPositive();
        assertThat(b.requests.get()).isPositive();
    }

    @Test
    void headRequestsAndRangesPass() throws Exception {
        HttpResponse<String> head = send(request(a, "/live/news/master.m3u8").method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("X-Test")).contains("1");
        assertThat(head.headers().firstValueAsLong("Content-Length").orElseThrow())
                .isPositive();

        HttpResponse<byte[]> range = client.send(
                request(a, "/live/news/720p/1.m4s").header("Range", "bytes=1-3").build(), BodyHandlers.ofByteArray());
        assertThat(range.statusCode()).isEqualTo(206);
        assertThat(range.headers().firstValue("Content-Range")).contains("bytes 1-3/" + TestGateway.SEGMENT.length);
        assertThat(range.body()).containsExactly(1, 2, 3);

        HttpResponse<byte[]> whole =
                client.send(request(a, "/live/news/720p/1.m4s").build(), BodyHandlers.ofByteArray());
        assertThat(whole.body()).hasSize(TestGateway.SEGMENT.length);
    }

    @Test
    void eventsArriveWhenTheyAreSent() throws Exception {
        HttpResponse<InputStream> answer =
                client.send(request(a, "/api/v1/streams/news/events").build(), BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("data: first");
            assertThat(lines.readLine()).isEmpty();
            assertThat(lines.readLine()).isEqualTo("data: second");
        }
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void bodiesAreStreamedWithAndWithoutTheirLength(HttpClient.Version version) throws Exception {
        byte[] body = new byte[10 << 20];
        HttpResponse<String> known = send(
                request(a, "/api/v1/transcodes/b-1/retry").version(version).POST(BodyPublishers.ofByteArray(body)));
        HttpResponse<String> unknown = send(request(a, "/api/v1/transcodes/b-1/retry")
                .version(version)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));

        assertThat(known.body()).isEqualTo("b " + body.length);
        assertThat(unknown.body()).isEqualTo("b " + body.length);
    }

    @Test
    void aRefusalDoesNotWaitForTheEndOfTheBody() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), a.port)) {
            write(
                    socket,
                    "POST /api/v1/transcodes/b-1/retry HTTP/1.1\r\nHost: x\r\nX-Refuse: 1\r\n"
                            + "Content-Length: 1000000000\r\n\r\nbegin");

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 413 ").endsWith("too large");
            assertThat(answer.toLowerCase(Locale.ROOT)).contains("connection: close");
        }
    }

    @Test
    void theOwnersStreamEndsWhenItsClientLeaves() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), a.port)) {
            write(socket, "GET /live/news/stream.ts HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(socket.getInputStream().readNBytes(100_000)).hasSize(100_000);
            assertThat(b.streams.get()).isEqualTo(1);
        }

        await().atMost(SOON).until(() -> b.streams.get() == 0);
        await().atMost(SOON).until(() -> a.forwards("client-left") == 1);
    }

    @Test
    void nothingIsForwardedForAClientThatLeavesDuringTheLookUp() throws Exception {
        a.redis = new CompletableFuture<>();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), a.port)) {
            write(socket, "GET /live/news/stream.ts HTTP/1.1\r\nHost: x\r\n\r\n");
            await().atMost(SOON).until(() -> a.asked.get() == 1);
        }
        await().atMost(SOON).until(() -> a.ended.get() == 1);

        a.redis.complete(true);

        await().atMost(SOON).until(() -> a.forwards("client-left") == 1);
        assertThat(b.streamed.get()).isZero();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aSlowClientSlowsTheOwnerDown(HttpClient.Version version) throws Exception {
        HttpResponse<InputStream> answer =
                client.send(request(a, "/live/news/stream.ts").version(version).build(), BodyHandlers.ofInputStream());
        long[] last = {-1};
        await().atMost(SOON).pollInterval(Duration.ofMillis(500)).until(() -> {
            long before = last[0];
            last[0] = b.streamed.get();
            return before == last[0];
        });

        assertThat(last[0]).isLessThan(64 << 20);
        assertThat(answer.body().readNBytes(1 << 20)).hasSize(1 << 20);
        answer.body().close();
        await().atMost(SOON).until(() -> b.streams.get() == 0);
    }

    /** A proxy with the defaults of nginx. */
    @Test
    void aStreamForAnHttp10ClientIsNotBuffered() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), a.port)) {
            write(socket, "GET /api/v1/streams/news/events HTTP/1.0\r\nHost: x\r\n\r\n");
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String line = lines.readLine();
            assertThat(line).startsWith("HTTP/1.0 200 ");
            while (!line.equals("data: second")) {
                line = lines.readLine();
                assertThat(line.toLowerCase(Locale.ROOT)).doesNotContain("chunked");
            }
        }
    }

    @Test
    void aResponseThatEndsTooEarlyIsNotTakenForTheWholeOne() {
        assertThatThrownBy(() -> send(request(a, "/api/v1/streams/news"))).isInstanceOf(IOException.class);
        await().atMost(SOON).until(() -> a.forwards("owner-lost") == 1);
    }

    @Test
    void anOwnerThatIsGoneIsAskedForAgainAndThenThereIsNone() throws Exception {
        Member gone = new Member("gone", "127.0.0.1", FreePort.any(), "run");
        a.owns("channel:news", gone);

        HttpResponse<String> answer = send(request(a, "/live/news/master.m3u8"));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.body()).contains("cluster-unavailable", "gateway gone, which has it, does not answer");
        assertThat(a.asked.get()).as("once more, after it has not answered").isEqualTo(2);
        await().atMost(SOON).until(() -> a.forwards("unavailable") == 1);

        a.owners.remove("channel:news");
        assertThat(get(a, "/live/news/master.m3u8")).contains("gateway=");
    }

    /** It has been stopped, or its machine is cut off. */
    @Test
    void anOwnerThatAcceptsConnectionsAndDoesNotAnswerIsGivenUp() throws Exception {
        try (ServerSocket stopped = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            a.owns("channel:news", new Member("stopped", "127.0.0.1", stopped.getLocalPort(), "run"));
            long probes = vertx.setPeriodic(200, _ -> a.gateways.probe());
            var waiting = client.sendAsync(request(a, "/live/news/master.m3u8").build(), BodyHandlers.ofString());
            await().atMost(SOON).until(() -> a.asked.get() == 1);
            a.owns("channel:news", b.self);

            assertThat(waiting.get().body()).contains("gateway=b\n");
            vertx.cancelTimer(probes);
        }
    }

    @Test
    void aRequestThatMayHaveHadAnEffectIsNotRepeated() throws Exception {
        HttpResponse<String> answer =
                send(request(a, "/api/v1/transcodes/stopped-1/retry").POST(BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(503);

        HttpResponse<String> repeated = send(request(a, "/api/v1/streams/news").DELETE());
        assertThat(repeated.statusCode()).isEqualTo(503);
        assertThat(b.requests.get()).as("three attempts").isEqualTo(3);
    }

    @Test
    void twoGatewaysThatBelieveInEachOtherDoNotForwardForEver() throws Exception {
        b.owns("channel:news", a.self);

        HttpResponse<String> answer = send(request(a, "/live/news/master.m3u8"));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(b.asked.get()).isEqualTo(1);
        assertThat(a.asked.get()).isEqualTo(2);
    }

    @Test
    void aFullGatewayOrOneThatShutsDownDoesNotStartTheChannel() throws Exception {
        b.refusal = "too-many-streams";
        for (int i = 0; i < 10; i++) {
            assertThat(get(a, "/live/free" + i + "/master.m3u8")).contains("gateway=a\n");
        }
        assertThat(b.requests.get()).as("the first choice for some").isPositive();

        HttpResponse<String> owners = send(request(a, "/live/news/master.m3u8"));
        assertThat(owners.statusCode()).isEqualTo(503);
        assertThat(owners.body()).contains("too-many-streams");

        b.refusal = "";
        b.gateways.close();
        for (int i = 0; i < 10; i++) {
            assertThat(get(b, "/live/free" + i + "/master.m3u8")).contains("gateway=a\n");
            assertThat(get(a, "/live/free" + i + "/master.m3u8")).contains("gateway=a\n");
        }
    }

    @Test
    void whatIsNotKnownIsRefusedWithItsReason() throws Exception {
        a.owners.put("channel:news", new Ownership.Unavailable("Redis did not answer within 2000 ms"));

        HttpResponse<String> answer = send(request(a, "/live/news/master.m3u8"));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("Redis did not answer");
    }

    private HttpRequest.Builder request(TestGateway gateway, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(SOON);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private String get(TestGateway gateway, String path) throws IOException, InterruptedException {
        return send(request(gateway, path)).body();
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.setSoTimeout((int) SOON.toMillis());
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }
}
