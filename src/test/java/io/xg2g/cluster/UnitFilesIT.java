package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.xg2g.dispatch.DispatcherForCluster;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Files of units between a gateway and a worker. */
class UnitFilesIT extends WorkerAndGateway {
    @Test
    void resultsOfAnAttemptThatHasEndedAreRefused() throws Exception {
        TranscodeUnit unit = gateway.unit();
        UnitFiles.Attempt attempt = gateway.files.open(unit);
        String origin = gateway.units.origin().get();
        String late = attempt.results(origin).get("720p");
        assertThat(put(late)).isEqualTo(204);
        assertThat(files(unit)).containsExactly("720p.part");

        attempt.close()
                .toCompletionStage()
                .toCompletableFuture()
                .get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);
        attempt.delete();

        assertThat(put(late)).isEqualTo(410);
        assertThat(put(late.replace("results/0", "results/1"))).isEqualTo(401);
        assertThat(files(unit)).isEmpty();
    }

    @Test
    void aConnectionThatClosesWhileItsFileIsBeingOpenedHoldsNothing() throws Exception {
        TranscodeUnit unit = gateway.unit();
        Promise<Void> slowly = Promise.promise();
        gateway.disk = slowly.future();
        UnitFiles.Attempt attempt = gateway.files.open(unit);
        CompletableFuture<HttpClientResponse> put =
                sent(attempt.results(gateway.units.origin().get()).get("720p"));
        await(() -> assertThat(gateway.opening).hasValue(1));

        CompletableFuture<Void> closed = attempt.close().toCompletionStage().toCompletableFuture();
        await(() -> assertThat(put).isCompletedExceptionally());
        assertThat(closed).isNotDone();
        slowly.complete();

        await(() -> assertThat(closed).isDone());
        assertThat(attempt.isDiskFailing()).isFalse();
    }

    @Test
    void aDiskThatDoesNotAnswerDoesNotKeepTheOutcome() throws Exception {
        gateway.disk = Promise.<Void>promise().future();
        CompletableFuture<TranscodeOutcome> outcome = run(offer(0), gateway.unit());
        await(() -> assertThat(gateway.opening).hasValue(1));
        DispatcherForCluster.stop(stops.getFirst());
        assertThat(outcome).isNotDone();

        time.advance(UnitCall.WRITTEN);

        assertThat(kind(result(outcome))).isEqualTo(Failure.Kind.STOPPED);
    }

    /** Its own disk was full when the input was to be written; no worker is to blame. */
    @Test
    void aMissingInputIsAFailureOfTheGatewaysDisk() throws Exception {
        TranscodeUnit unit = gateway.unit();
        Files.delete(unit.input());

        assertThat(kind(result(run(offer(0), unit)))).isEqualTo(Failure.Kind.DISK);
    }

    @Test
    void aGatewayThatDoesNotSendTheInputDoesNotHoldTheSlot() throws Exception {
        assertInputIsGivenUp(_ -> {});
    }

    @Test
    void aGatewayThatStopsWithinTheInputDoesNotHoldTheSlot() throws Exception {
        assertInputIsGivenUp(request ->
                request.response().putHeader("Content-Length", "1000").write("begin"));
    }

    private void assertInputIsGivenUp(Handler<HttpServerRequest> answer) throws Exception {
        CompletableFuture<TranscodeOutcome> outcome = run(offer(0), gateway.unit(), through(answer));

        assertThat(kind(result(outcome))).isEqualTo(Failure.Kind.WORKER_FAILED);
        assertThat(worker.encoder.begun).hasValue(0);
        assertThat(offer(1).id()).isNotEqualTo(offer(0).id());
        await(() -> assertThat(worker.files()).isZero());
    }

    @Test
    void aGatewayThatDoesNotTakeARenditionDoesNotHoldTheUnit() throws Exception {
        RemoteUnits stalled = through(request -> {
            if (request.method().equals(HttpMethod.GET)) {
                // More than the buffers of a connection take.
                request.response().end(Buffer.buffer(new byte[64 << 20]));
            } else {
                request.pause();
            }
        });

        CompletableFuture<TranscodeOutcome> outcome = run(offer(0), gateway.unit(), stalled);

        assertThat(kind(result(outcome))).isEqualTo(Failure.Kind.WORKER_FAILED);
        assertThat(worker.encoder.begun).hasValue(1);
        await(() -> assertThat(worker.files()).isZero());
    }

    @Test
    void aGatewayThatDoesNotAnswerToARenditionDoesNotHoldTheUnit() throws Exception {
        RemoteUnits stalled = through(request -> {
            if (request.method().equals(HttpMethod.GET)) {
                request.response().end("input");
            }
        });

        CompletableFuture<TranscodeOutcome> outcome = run(offer(0), gateway.unit(), stalled);

        assertThat(kind(result(outcome))).isEqualTo(Failure.Kind.WORKER_FAILED);
        assertThat(worker.encoder.begun).hasValue(1);
        await(() -> assertThat(worker.files()).isZero());
    }

    /** Units whose files are at another server. */
    private RemoteUnits through(Handler<HttpServerRequest> files) {
        int port = ClusterUnderTest.serve(vertx, files);
        return new RemoteUnits(
                gateway.units.client(),
                gateway.files,
                gateway.workers,
                () -> "http://127.0.0.1:" + port,
                gateway.registry,
                time);
    }

    @Test
    void renditionsWhoseContentDiffersAreRefused() throws Exception {
        TranscodeUnit unit = gateway.unit();
        UnitFiles.Attempt attempt = gateway.files.open(unit);
        assertThat(put(attempt.results(gateway.units.origin().get()).get("720p")))
                .isEqualTo(204);
        attempt.close()
                .toCompletionStage()
                .toCompletableFuture()
                .get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);

        for (UnitReport.Output wrong : List.of(
                output("720p", "mp4", 3, "00"),
                output("720p", "mp4", 2, SHA256),
                output("480p", "mp4", 3, SHA256),
                output("720p", "../mp4", 3, SHA256))) {
            assertThatThrownBy(() -> attempt.accept(List.of(wrong))).isInstanceOf(IOException.class);
        }
        assertThat(attempt.accept(List.of(output("720p", "mp4", 3, SHA256)))).hasSize(1);
    }

    @Test
    void aRequestThatIsNotSignedIsRefused() throws Exception {
        String origin = gateway.units.origin().get();

        assertThat(put(origin + "/cluster/files/1/results/0")).isEqualTo(401);
    }

    /** SHA-256 of {@code abc} (FIPS 180-2, appendix B.1). */
    private static final String SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static UnitReport.Output output(String name, String extension, long bytes, String sha256) {
        return new UnitReport.Output(name, extension, "video/mp4", bytes, 1280, 720, Duration.ofSeconds(2), sha256);
    }

    private int put(String url) throws Exception {
        return sent(url).get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS).statusCode();
    }

    private CompletableFuture<HttpClientResponse> sent(String url) {
        return new InnerClient(vertx, ClusterUnderTest.signatures(ClusterUnderTest.member("worker-0")))
                .request(HttpMethod.PUT, url)
                .compose((HttpClientRequest opened) -> opened.send("abc"))
                .toCompletionStage()
                .toCompletableFuture();
    }
}
