package io.xg2g.ingest;

import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.MediaProcess;
import io.xg2g.media.TsPacket;
import io.xg2g.source.Relay;
import io.xg2g.source.SourceNotAllowed;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Feed from the standard output of a child process. */
final class ProcessFeed implements Feed {
    /** Bytes of one paced read: complete packets. */
    private static final int PACED_BYTES = 64 * TsPacket.SIZE;

    private static final Failure ENDED = new Failure(Failure.Kind.SOURCE_TRANSIENT, "the source ended");

    private final MediaProcess process;
    private final Pacer pacer = new Pacer();
    private final boolean paced;
    private final Optional<Relay> relay;

    private ProcessFeed(MediaProcess process, boolean paced, Optional<Relay> relay) {
        this.process = process;
        this.paced = paced;
        this.relay = relay;
    }

    /** Creates the feed of a child that connects to a trusted source itself. */
    static ProcessFeed live(MediaProcess process) {
        return new ProcessFeed(process, false, Optional.empty());
    }

    /** Creates the feed of a child that outputs faster than real time. */
    static ProcessFeed paced(MediaProcess process) {
        return new ProcessFeed(process, true, Optional.empty());
    }

    /** Creates the feed of a child that reads through a relay; a refusal by the relay ends the child. Closes both. */
    static ProcessFeed relayed(MediaProcess process, Relay relay) {
        var _ = relay.refused().thenRunAsync(process::close, Thread::startVirtualThread);
        return new ProcessFeed(process, false, Optional.of(relay));
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        if (!paced) {
            return process.stdout().read(buffer);
        }
        int read = process.stdout().readNBytes(buffer, 0, Math.min(PACED_BYTES, buffer.length));
        long delay = pacer.delay(buffer, read, System.nanoTime());
        if (delay > 0) {
            LockSupport.parkNanos(delay);
        }
        return read == 0 ? -1 : read;
    }

    @Override
    public SourceException end() {
        Failure failure =
                process.ended().completeOnTimeout(ENDED, 2, TimeUnit.SECONDS).join();
        Optional<SourceNotAllowed> refused =
                relay.flatMap(r -> Optional.ofNullable(r.refused().getNow(null)));
        if (refused.isPresent()) {
            return SourceException.notAllowed(refused.get());
        }
        SourceException.Kind kind = switch (failure.kind()) {
            case SOURCE_UNAUTHORIZED -> SourceException.Kind.UNAUTHORIZED;
            case SOURCE_PERMANENT -> SourceException.Kind.PERMANENT;
            case SCRAMBLED -> SourceException.Kind.SCRAMBLED;
            case UNSUPPORTED_MEDIA -> SourceException.Kind.NOT_MEDIA;
            case DISK -> SourceException.Kind.DISK;
            default -> SourceException.Kind.UNREACHABLE;
        };
        return new SourceException(kind, failure.detail());
    }

    @Override
    public void close() {
        try {
            process.close();
        } finally {
            relay.ifPresent(Relay::close);
        }
    }
}
