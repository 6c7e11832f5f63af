package io.xg2g.cluster;

import io.xg2g.dispatch.DispatcherForCluster;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleConsumer;

/** Encoder that takes a while, and whose rendition is its input. */
class FakeEncoder implements DispatcherForCluster.Encoder {
    final AtomicInteger begun = new AtomicInteger();
    final AtomicInteger stopped = new AtomicInteger();
    volatile Duration cost;

    FakeEncoder(Duration cost) {
        this.cost = cost;
    }

    /** Takes the time of a unit. */
    void pause() throws InterruptedException {
        Thread.sleep(cost);
    }

    @Override
    public TranscodeOutcome encode(TranscodeUnit unit, DoubleConsumer progress) throws InterruptedException {
        begun.incrementAndGet();
        try {
            pause();
        } catch (InterruptedException stop) {
            stopped.incrementAndGet();
            throw stop;
        }
        progress.accept(1);
        try {
            Path file = Files.copy(unit.input(), unit.outputDirectory().resolve("720p.mp4"));
            return new TranscodeOutcome.Produced(
                    "h264_test",
                    List.of(new Rendition(
                            "720p", file, "video/mp4", Files.size(file), 1280, 720, Duration.ofSeconds(2))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
