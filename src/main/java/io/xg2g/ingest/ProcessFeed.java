package io.xg2g.ingest;

import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.MediaProcess;
import io.xg2g.source.Relay;
import io.xg2g.source.SourceNotAllowed;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Feed from the standard output of a child process. */
final class ProcessFeed implements Feed {
    private static final Logger LOG = Logger.getLogger(ProcessFeed.class);

    /** Number of reads during which the child can report video that MPEG-TS does not carry: it does so when it begins. */
    private static final int REPORTING_READS = 20;

    /** Maximum time, in nanoseconds, between the first output of a child and its report, which another thread reads. */
    private static final long REPORTING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final Failure ENDED = new Failure(Failure.Kind.SOURCE_TRANSIENT, "the source ended");

    private final boolean recorded;
    private final boolean hasTimes;
    private final Optional<Relay> relay;

    /** Starts the child that encodes the video; empty if the current one does, or is not to be replaced. */
    private Optional<Supplier<MediaProcess>> encoding;

    private int reads;

    /** Replaced by the reading thread only. */
    private volatile MediaProcess process;

    /** Guarded by this. */
    private boolean closed;

    private ProcessFeed(
            MediaProcess process,
            boolean recorded,
            boolean hasTimes,
            Optional<Relay> relay,
            Optional<Supplier<MediaProcess>> encoding) {
        this.process = process;
        this.recorded = recorded;
        this.hasTimes = hasTimes;
        this.relay = relay;
        this.encoding = encoding;
    }

    /** Creates the feed of a child that outputs faster than real time, without end. */
    static ProcessFeed recorded(MediaProcess process) {
        return new ProcessFeed(process, true, true, Optional.empty(), Optional.empty());
    }

    /**
     * Creates the feed of a child that reads a source.
     *
     * @param relay through which the child reads, if any: a refusal by it ends the child; closed with the feed
     */
    static ProcessFeed of(MediaProcess process, Optional<Relay> relay) {
        return of(process, true, relay, Optional.empty());
    }

    /**
     * Creates the feed of a child that makes images of a source, as {@link #of(MediaProcess, Optional)}.
     *
     * @param hasTimes whether the source has presentation times
     */
    static ProcessFeed ofImages(MediaProcess process, Optional<Relay> relay, boolean hasTimes) {
        return of(process, hasTimes, relay, Optional.empty());
    }

    /**
     * Creates the feed of a child that copies a source.
     *
     * @param encoding starts another one, which encodes the video, if MPEG-TS cannot carry that
     */
    static ProcessFeed of(MediaProcess process, Optional<Relay> relay, Supplier<MediaProcess> encoding) {
        return of(process, true, relay, Optional.of(encoding));
    }

    private static ProcessFeed of(
            MediaProcess process, boolean hasTimes, Optional<Relay> relay, Optional<Supplier<MediaProcess>> encoding) {
        ProcessFeed feed = new ProcessFeed(process, false, hasTimes, relay, encoding);
        relay.ifPresent(source -> {
            var _ = source.refused().thenRunAsync(() -> feed.process.close(), Thread::startVirtualThread);
        });
        return feed;
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        int read = process.stdout().read(buffer);
        return encoding.isPresent() && isUncarried() ? readEncoded(buffer) : read;
    }

    private boolean isUncarried() {
        reads++;
        if (reads > REPORTING_READS) {
            encoding = Optional.empty();
            return false;
        }
        Optional<String> codec = process.uncarriedVideo();
        for (long waited = 0; reads == 1 && codec.isEmpty() && waited < REPORTING_NANOS; waited += POLL_NANOS) {
            LockSupport.parkNanos(POLL_NANOS);
            codec = process.uncarriedVideo();
        }
        codec.ifPresent(name -> LOG.infof("video is encoded, because MPEG-TS cannot carry it: codec=%s", name));
        return codec.isPresent();
    }

    /** Replaces the child, and reads from the next one. */
    private int readEncoded(byte[] buffer) throws IOException {
        Supplier<MediaProcess> next = encoding.orElseThrow();
        encoding = Optional.empty();
        process.close();
        synchronized (this) {
            if (closed) {
                return -1;
            }
            process = next.get();
        }
        return process.stdout().read(buffer);
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
        Optional<SourceException> status = errorStatus();
        if (status.isPresent()) {
            return status.get();
        }
        SourceException.Kind kind = switch (failure.kind()) {
            case SOURCE_ENDED -> SourceException.Kind.ENDED;
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
    public SourceException silent(Duration timeout) {
        return errorStatus().orElseGet(() -> SourceException.silent(timeout));
    }

    /** Returns the failure if the source's server has last answered with an error. */
    private Optional<SourceException> errorStatus() {
        OptionalInt status = relay.map(Relay::errorStatus).orElse(OptionalInt.empty());
        return status.isPresent() ? Optional.of(SourceException.ofStatus(status.getAsInt())) : Optional.empty();
    }

    @Override
    public OptionalLong clockOffset() {
        return relay.map(Relay::clockOffset).orElse(OptionalLong.empty());
    }

    @Override
    public boolean hasTimes() {
        return hasTimes;
    }

    @Override
    public boolean isRecorded() {
        return recorded || relay.map(Relay::isRecorded).orElse(false);
    }

    @Override
    public void close() {
        try {
            synchronized (this) {
                closed = true;
            }
            process.close();
        } finally {
            relay.ifPresent(Relay::close);
        }
    }
}
