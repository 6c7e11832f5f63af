package io.xg2g.bench;

import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.media.AudioFrame;
import io.xg2g.media.SourceMonitor;
import io.xg2g.media.TsDemuxer;
import io.xg2g.media.TsProgram;
import io.xg2g.media.TsSink;
import io.xg2g.media.TsTimes;
import io.xg2g.media.VideoFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** JMH benchmark of the MPEG-TS parsers per byte, on one thread, with the chunk size of a pipe. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class MediaBenchmark {
    private static final int PIECE = 64 << 10;
    private static final int SIZE = 96 << 20;

    private byte[] stream = {};
    private final byte[] piece = new byte[PIECE];

    /** Passes all frames to JMH's blackhole. */
    private record Sink(Blackhole hole) implements TsSink {
        @Override
        public void program(TsProgram program) {
            hole.consume(program);
        }

        @Override
        public void video(VideoFrame videoFrame) {
            hole.consume(videoFrame);
        }

        @Override
        public void audio(int track, AudioFrame frame) {
            hole.consume(frame);
        }
    }

    /** 1080i25 of 8 Mbit/s and 360p25 with AAC alternating, larger than the CPU caches. */
    static byte[] stream() throws IOException {
        byte[] interlaced = Files.readAllBytes(TestMedia.h264Interlaced());
        byte[] progressive = Files.readAllBytes(TestMedia.progressive());
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        while (stream.size() < SIZE) {
            stream.writeBytes(interlaced);
            stream.writeBytes(progressive);
        }
        return stream.toByteArray();
    }

    @Setup
    public void read() throws IOException {
        stream = stream();
    }

    @Benchmark
    public void copy(Blackhole hole) {
        for (int at = 0; at < stream.length; at += PIECE) {
            System.arraycopy(stream, at, piece, 0, Math.min(PIECE, stream.length - at));
            hole.consume(piece);
        }
    }

    @Benchmark
    public void demux(Blackhole hole) {
        TsDemuxer demuxer = new TsDemuxer(new Sink(hole));
        for (int at = 0; at < stream.length; at += PIECE) {
            demuxer.accept(stream, at, Math.min(PIECE, stream.length - at));
        }
        demuxer.finish();
    }

    @Benchmark
    public void monitor(Blackhole hole) {
        ByteArrayOutputStream accepted = new ByteArrayOutputStream(2 * PIECE);
        SourceMonitor monitor = new SourceMonitor(accepted);
        for (int at = 0; at < stream.length; at += PIECE) {
            monitor.accept(stream, at, Math.min(PIECE, stream.length - at));
            hole.consume(accepted);
            accepted.reset();
        }
        hole.consume(monitor.change());
    }

    @Benchmark
    public void demuxAndMonitor(Blackhole hole) {
        demux(hole);
        monitor(hole);
    }

    @Benchmark
    public void shift(Blackhole hole) {
        TsTimes.shift(stream, 90_000);
        hole.consume(stream);
    }
}
