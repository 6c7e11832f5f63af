package io.xg2g.ingest;

import io.xg2g.media.PrivateAudio;
import io.xg2g.schedule.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Feed of a child that fetches a source. The child copies the audio; if MPEG-TS cannot carry it, and it has data, the source is
 * opened again and its audio encoded.
 *
 * <pre>
 *   copying ── private audio has data ──► encoding
 *      ▲                                     │
 *      └──── no output within 4 s ───────────┘
 * </pre>
 *
 * <p>An encoding child writes nothing before the audio has begun. So it is started only when audio is there, or was there when
 * the source was last open; the picture does not wait for audio that never comes. After an encoding child without output, audio has
 * to be there for twice the time of that silence, while the picture is shown.
 */
final class GrabbedFeed implements Feed {
    /** Maximum time for which the first bytes are held back, until it is known whether private audio has data. */
    private static final Duration MAX_HELD = Duration.ofSeconds(1);

    /** Maximum time without output of an encoding child at its start; doubled each time. */
    private static final Duration FIRST_SILENCE = Duration.ofSeconds(4);

    /** Audio with a longer gap begins anew. */
    private static final Duration MAX_GAP = Duration.ofSeconds(1);

    private static final int MAX_HELD_BYTES = 2 << 20;

    /** Starts a child. */
    interface Opener {
        Feed open(boolean encodesAudio) throws SourceException, InterruptedException;
    }

    /** What is known of a source's audio, beyond one connection. */
    interface Memory {
        /** Returns whether the audio was encoded when the source was last open. */
        boolean encodes();

        void encodes(boolean now);
    }

    private final Opener opener;
    private final Memory memory;
    private final TimeSource time;
    private PrivateAudio audio = new PrivateAudio();
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private byte[] pending = {};
    private int pendingFrom;
    private volatile boolean encoding;
    /** Whether the current child has had output. */
    private volatile boolean productive;

    private boolean released;
    private long heldSince;
    private Duration maxSilence = FIRST_SILENCE;
    /** For how long audio has to be there before it is encoded. */
    private Duration requiredAudio = Duration.ZERO;

    private long audioPackets;
    private long audioSince;
    private long audioAt;
    private volatile Feed feed;
    private volatile boolean silent;
    private volatile boolean closed;
    private Runnable unwatch = () -> {};
    private @Nullable SourceException failure;

    private GrabbedFeed(Opener opener, Memory memory, TimeSource time) throws SourceException, InterruptedException {
        this.opener = opener;
        this.memory = memory;
        this.time = time;
        this.encoding = memory.encodes();
        this.feed = opener.open(encoding);
        watch();
    }

    /** Opens a source. */
    static Feed open(Opener opener, Memory memory, TimeSource time) throws SourceException, InterruptedException {
        return new GrabbedFeed(opener, memory, time);
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        while (pendingFrom == pending.length) {
            int read = readChild(buffer);
            if (silent && read < 0 && !closed) {
                maxSilence = maxSilence.multipliedBy(2);
                requiredAudio = maxSilence;
                if (!reopen(false)) {
                    return -1;
                }
                released = true;
            } else if (read < 0) {
                if (held.size() == 0) {
                    return -1;
                }
                release();
            } else {
                unwatch.run();
                productive = true;
                if (encoding) {
                    return read;
                }
                audio.accept(buffer, 0, read);
                if (hasAudio() && !closed) {
                    if (!reopen(true)) {
                        return -1;
                    }
                } else if (released) {
                    return read;
                } else {
                    hold(buffer, read);
                }
            }
        }
        int length = Math.min(buffer.length, pending.length - pendingFrom);
        System.arraycopy(pending, pendingFrom, buffer, 0, length);
        pendingFrom += length;
        return length;
    }

    private boolean hasAudio() {
        long now = time.nanoTime();
        if (audio.packets() != audioPackets) {
            if (audioPackets == 0 || now - audioAt > MAX_GAP.toNanos()) {
                audioSince = now;
            }
            audioAt = now;
            audioPackets = audio.packets();
        }
        return audioPackets > 0 && audioAt - audioSince >= requiredAudio.toNanos();
    }

    private int readChild(byte[] buffer) throws IOException {
        try {
            return feed.read(buffer);
        } catch (IOException ended) {
            if (silent) {
                return -1;
            }
            throw ended;
        }
    }

    /** Holds the first bytes back while private audio is announced, so that no picture is shown before it is opened again. */
    private void hold(byte[] buffer, int read) {
        long now = time.nanoTime();
        if (held.size() == 0) {
            heldSince = now;
        }
        held.write(buffer, 0, read);
        boolean decided = audio.isKnown() && !audio.isListed();
        boolean over = held.size() > MAX_HELD_BYTES || now - heldSince > MAX_HELD.toNanos();
        if (decided || over) {
            release();
        }
    }

    private void release() {
        released = true;
        pending = held.toByteArray();
        pendingFrom = 0;
        held.reset();
    }

    /** Starts another child; returns false if that failed. */
    private boolean reopen(boolean encodes) {
        feed.close();
        memory.encodes(encodes);
        encoding = encodes;
        silent = false;
        productive = false;
        held.reset();
        audio = new PrivateAudio();
        audioPackets = 0;
        try {
            feed = opener.open(encodes);
            if (closed) {
                feed.close();
            }
            watch();
            return true;
        } catch (SourceException refused) {
            failure = refused;
            return false;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Closes an encoding child if it has no output in time. */
    private void watch() {
        if (encoding) {
            Feed watched = feed;
            unwatch = time.schedule(maxSilence, () -> {
                silent = true;
                watched.close();
            });
        }
    }

    @Override
    public SourceException end() {
        SourceException known = failure;
        return known == null ? feed.end() : known;
    }

    @Override
    public SourceException silent(Duration timeout) {
        return feed.silent(timeout);
    }

    @Override
    public boolean isRecorded() {
        return feed.isRecorded();
    }

    @Override
    public void close() {
        closed = true;
        if (encoding && !productive) {
            // The source was given up before this was: it would wait for the audio again.
            memory.encodes(false);
        }
        feed.close();
    }
}
