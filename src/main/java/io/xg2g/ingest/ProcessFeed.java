package io.xg2g.ingest;

import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.MediaProcess;
import io.xg2g.source.Relay;
import io.xg2g.source.SourceNotAllowed;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a child process reads from the network, a file, or makes. */
final class ProcessFeed implements Feed {
    /** Read in whole packets, so that it can be paced. */
    private static final int PACED = 188 * 64;

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

    /** From a child that fetches by itself what the operator has named. */
    static ProcessFeed live(MediaProcess process) {
        return new ProcessFeed(process, false, Optional.empty());
    }

    /** From a child that is faster than time passes. */
    static ProcessFeed paced(MediaProcess process) {
        return new ProcessFeed(process, true, Optional.empty());
    }

    /** From a child that reads through a relay, which ends with it; one refusal there ends the child. */
    static ProcessFeed relayed(MediaProcess process, Relay relay) {
        var _ = relay.refused().thenRunAsync(process::close, Thread::startVirtualThread);
        return new ProcessFeed(process, false, Optional.of(relay));
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        if (!paced) {
            return process.stdout().read(buffer);
        }
        int read = process.stdout().readNBytes(buffer, 0, Math.min(PACED, buffer.length));
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
            case SOURCE_PERMANENT -> SourceException.Kind.PERMANENT;
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
