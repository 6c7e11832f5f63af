package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Monitor of the raw bytes of a source: whether they are MPEG-TS, whether they are scrambled, which streams they carry, which
 * of them have data, and whether tables or clock change. Malformed input throws nothing. Not thread-safe.
 *
 * <p>Whether a stream has stopped is judged by the times of the other ones, not by a clock: bursts and pauses of the
 * transport do not matter.
 */
public final class SourceMonitor {

    /** Change of a source. */
    public enum Change {
        /** Nothing. */
        NONE,
        /** The video or the default audio has another PID or another type, or is gone. */
        TABLES,
        /** The clock has jumped: back by more than 0.5 s, or forward by more than 2 s. */
        JUMP,
        /** A stream that was missing has begun, or one that was selected has ended and can be replaced or left out. */
        STREAMS
    }

    private static final int MIN_PACKETS = 24;

    /** Packets within which those of a clear program arrive among scrambled ones, and its map. */
    private static final int MAX_PACKETS = 2_000;

    /** Packets that are scrambled at the beginning although the service is not: OSCam's stream relay does not have the key at once. */
    private static final int MIN_SCRAMBLED = 500;

    /** Audio that is further from the video, in ticks, has a wrong time. */
    private static final long MAX_AUDIO_OFFSET = 10 * Ticks.PER_SECOND;

    /** Maximum difference of PTS and DTS, in ticks. */
    private static final long MAX_REORDERING = 2 * Ticks.PER_SECOND;

    /** Minimum interval of changes that concern no more than further audio streams, in ticks. */
    private static final long MIN_AUDIO_INTERVAL = 15 * Ticks.PER_SECOND;

    /** Maximum wait for a keyframe with which a change of streams takes effect, in ticks. */
    private static final long MAX_KEYFRAME_WAIT = 12 * Ticks.PER_SECOND;

    /** The same while the default audio is not listed. */
    private static final long MAX_SILENT_WAIT = 2 * Ticks.PER_SECOND;

    private final TsFramer framer = new TsFramer(this::packet);
    private final TsMaps tables = new TsMaps();
    private final StreamPreferences preferences;
    private final ByteArrayOutputStream accepted;
    private final SourceStreams streams;
    private Change change = Change.NONE;
    private int changeAt;
    /** Decoding time of the video when a change of streams was first wanted. */
    private long wantedAt;

    private boolean wanted;

    /** Time of the program when further audio streams last changed; meaningful if {@link #audioHasChanged}. */
    private long audioChangedAt;

    private boolean audioHasChanged;
    /** One bit for each of the last 64 packets with a payload, the newest in bit 0: whether it is scrambled. */
    private long recent;

    private int recentPackets;

    /** Packets with a payload since the selection last changed, at most {@link #MAX_PACKETS}. */
    private int packets;

    /** Makes a monitor without preferences. */
    public SourceMonitor(ByteArrayOutputStream accepted) {
        this(accepted, StreamPreferences.NONE);
    }

    /**
     * Makes a monitor that filters the packets for a demuxer: drops tables, packets of other programs and of other streams than
     * video and audio, damaged packets, and video and audio frames with implausible times. (A single wrong timestamp would
     * otherwise cause hours of silence.) When a jump is confirmed, packets from before it are dropped.
     *
     * @param accepted receives the packets; the caller empties it after each {@link #accept}
     */
    public SourceMonitor(ByteArrayOutputStream accepted, StreamPreferences preferences) {
        this.accepted = accepted;
        this.preferences = preferences;
        this.streams = new SourceStreams(tables, preferences);
    }

    /** Takes the next bytes of the source, in chunks of any size. */
    public void accept(byte[] data, int offset, int length) {
        framer.accept(data, offset, length);
        if (streams.selection() != null && wanted() && !awaitsKeyframe()) {
            changed(Change.STREAMS);
        }
    }

    /**
     * Returns whether at least half of the last 24 to 64 packets are scrambled: of the selected streams, or else of all streams
     * of the allowed programs, if none of them can be used.
     */
    public boolean scrambled() {
        return recentPackets >= MIN_PACKETS
                && 2 * Long.bitCount(recent) >= recentPackets
                && (streams.selection() != null || (best().isEmpty() && isDecided()));
    }

    /** Returns whether no clear stream can be expected. */
    private boolean isDecided() {
        boolean listed = preferences.program().isPresent()
                ? programKnown()
                : tables.isComplete() && streams.maps().size() == 1;
        return packets == MAX_PACKETS
                || (packets >= MIN_SCRAMBLED && listed && streams.all().noneMatch(SourceStream::mayBeClear));
    }

    /** Returns whether the tables of an allowed program were received. */
    public boolean programKnown() {
        return !streams.maps().isEmpty();
    }

    /** Returns the reason why the tables rule out that anything of the source can be used. */
    public Optional<String> refusal() {
        return preferences.program().isPresent()
                ? tables.lacks(preferences.program().getAsInt())
                : Optional.empty();
    }

    /** Returns the stream types of the allowed programs, for a message. */
    public String streamTypes() {
        return streams.maps().stream()
                .flatMap(map -> map.streams().stream())
                .map(stream -> String.format(Locale.ROOT, "0x%02x", stream.type()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** Returns the streams to take now; empty if none has data. */
    public Optional<TsSelection> best() {
        return streams.best();
    }

    /** Takes no more audio streams from now on, of a source with video: the segmenter has no output with all. */
    public void limitAudio(int max) {
        streams.limitAudio(max);
    }

    /**
     * Returns whether all tables are known, and {@link #best} would be the same if every listed stream had data; further audio
     * streams that have not begun within half a second do not count.
     */
    public boolean isSettled() {
        return streams.isSettled();
    }

    /** Sets the streams that are taken from now on; {@link #change} refers to them. */
    public void select(TsSelection now) {
        selected(now);
    }

    private void selected(@Nullable TsSelection now) {
        streams.select(now);
        wanted = false;
        recent = 0;
        recentPackets = 0;
        packets = 0;
    }

    /**
     * Returns the distance from a time to the latest accepted audio, in 90 kHz ticks: negative if the audio is earlier, 0 if
     * there was none.
     *
     * @param track index among the selected audio streams
     * @param time 90 kHz ticks, modulo 2^33
     */
    public long audioAfter(int track, long time) {
        SourceStream received = streams.audio(track);
        return received == null || !received.isTimed() ? 0 : Ticks.between(time, received.time());
    }

    /** Returns the change since the last call; a change of tables takes precedence over a jump. */
    public Change change() {
        Change last = change;
        change = Change.NONE;
        return last;
    }

    /** Returns the number of accepted bytes that precede the latest change. */
    public int changeAt() {
        return changeAt;
    }

    private void packet(byte[] data, int packet) {
        if (TsPacket.damaged(data, packet)) {
            return;
        }
        int pid = TsPacket.pid(data, packet);
        if (tables.isTable(pid)) {
            if (tables.packet(data, packet, pid)) {
                tablesChanged();
            }
            return;
        }
        SourceStream stream = streams.at(pid);
        if (stream != null && TsPacket.hasPayload(data, packet)) {
            payload(stream, TsPacket.scrambled(data, packet));
        }
        if (stream != null && Pes.starts(data, packet)) {
            pesPacket(data, packet, stream);
        }
        boolean usable = stream == null ? isClock(data, packet, pid) : !stream.isDropped();
        if (usable) {
            accepted.write(data, packet, TsPacket.SIZE);
        }
    }

    /**
     * Returns whether a packet of a PID without a listed stream has the clock of a program. Before the tables are known none
     * has: a packet of video would be the start of a frame whose other packets are missing.
     */
    private boolean isClock(byte[] data, int packet, int pid) {
        return pid != TsPacket.NULL_PID && TsPacket.pcr(data, packet) >= 0 && streams.isClock(pid);
    }

    private void payload(SourceStream stream, boolean scrambled) {
        stream.packet(scrambled);
        if (streams.isRelevant(stream)) {
            recent = (recent << 1) | (scrambled ? 1 : 0);
            recentPackets = Math.min(Long.SIZE, recentPackets + 1);
            packets = Math.min(MAX_PACKETS, packets + 1);
        }
    }

    private void pesPacket(byte[] data, int packet, SourceStream received) {
        int pts = Pes.ptsAt(data, packet);
        if (pts < 0) {
            received.started();
            return;
        }
        int dts = Pes.dtsAt(data, packet);
        long presentation = Ticks.read(data, pts);
        long decoding = dts < 0 ? presentation : Ticks.read(data, dts);
        boolean plausible = isPlausible(received, decoding);
        if (received.stream().isVideo()) {
            plausible &= follows(decoding, presentation);
        } else {
            SourceStream video = streams.videoOf(received.program);
            plausible &= video == null || !video.isTimed() || isNear(video.time(), decoding);
        }
        received.started(decoding, plausible);
        if (plausible && received.stream().isVideo()) {
            forgetFarAudio(received);
        }
        TsSelection now = streams.selection();
        boolean keyframe = (TsPacket.flags(data, packet) & TsPacket.RANDOM_ACCESS) != 0;
        if (keyframe && now != null && received.is(now.video()) && wanted()) {
            changed(Change.STREAMS);
        }
    }

    private boolean isPlausible(SourceStream received, long time) {
        received.clock.time(time);
        if (received.clock.jumped() && streams.isReference(received)) {
            // The other streams of the program have times of the old clock.
            streams.all()
                    .filter(each -> each != received && each.program == received.program)
                    .forEach(SourceStream::restart);
            received.jumped();
            TsSelection now = streams.selection();
            // Programs can share streams.
            if (now == null || now.map().number() == received.program || streams.isRelevant(received)) {
                dropAccepted();
                changed(Change.JUMP);
            }
        }
        return !received.clock.suspicious();
    }

    private static boolean isNear(long video, long audio) {
        return Math.abs(Ticks.between(video, audio)) <= MAX_AUDIO_OFFSET;
    }

    /** Forgets audio that was accepted before the time of the video was known, and is too far from it. */
    private void forgetFarAudio(SourceStream video) {
        if (streams.videoOf(video.program) == video) {
            streams.all()
                    .filter(each ->
                            each.program == video.program && each.stream().isAudio())
                    .filter(audio -> audio.isTimed() && !isNear(video.time(), audio.time()))
                    .forEach(SourceStream::mistimed);
        }
    }

    private static boolean follows(long decoding, long presentation) {
        long later = Ticks.between(decoding, presentation);
        return later >= 0 && later <= MAX_REORDERING;
    }

    /** Returns whether the streams that have data now should replace the selected ones. */
    private boolean wanted() {
        TsSelection now = streams.selection();
        TsSelection better = best().orElse(null);
        if (now == null || better == null || better.isSame(now)) {
            wanted = false;
            return false;
        }
        boolean replaced = better.map().number() != now.map().number()
                || replaces(now.video(), better.video(), better.hasAudio())
                || changesAudio(now, better);
        if (replaced && !wanted) {
            wantedAt = streams.timeOf(now);
        }
        wanted = replaced;
        return replaced;
    }

    private boolean replaces(@Nullable TsStream selected, @Nullable TsStream live, boolean dispensable) {
        if (selected == null) {
            return live != null;
        }
        return !streams.isLive(selected) && (live != null || dispensable);
    }

    /**
     * Returns whether the audio that has data now should replace the selected one. Audio that has ended is kept if there is no
     * other, and main audio also if there is only an audio description, for instance; further audio that comes and goes changes the
     * streams no more than once in 15 s.
     */
    private boolean changesAudio(TsSelection now, TsSelection live) {
        if (!live.hasAudio() || live.hasSameAudio(now) || (isMainListed(now) && !live.hasMainAudio())) {
            return false;
        }
        return !live.withOneAudio().hasSameAudio(now.withOneAudio())
                || !audioHasChanged
                || Math.abs(Ticks.between(audioChangedAt, streams.timeOf(now))) > MIN_AUDIO_INTERVAL;
    }

    private boolean isMainListed(TsSelection now) {
        return now.hasMainAudio() && streams.lists(now.defaultAudio());
    }

    /** Returns whether a change of streams waits for a keyframe, so that no frames are lost. */
    private boolean awaitsKeyframe() {
        TsSelection now = streams.selection();
        if (now == null) {
            return false;
        }
        SourceStream video = streams.videoOf(now.map().number());
        long longest = streams.lists(now.defaultAudio()) ? MAX_KEYFRAME_WAIT : MAX_SILENT_WAIT;
        return video != null
                && streams.isLive(video.stream())
                && Math.abs(Ticks.between(wantedAt, video.time())) < longest;
    }

    private void tablesChanged() {
        streams.list();
        TsSelection selected = streams.selection();
        if (selected == null) {
            return;
        }
        TsMap map = tables.maps().stream()
                .filter(each -> each.number() == selected.map().number())
                .findFirst()
                .orElse(null);
        if (map == null || !selected.isContinuedBy(map, pid -> streams.at(pid) != null)) {
            streams.all().forEach(SourceStream::restart);
            dropAccepted();
            changed(Change.TABLES);
        }
    }

    /** Drops the packets of this chunk that precede the change. */
    private void dropAccepted() {
        accepted.reset();
    }

    private void changed(Change now) {
        if (change == Change.NONE || now == Change.TABLES || (now == Change.JUMP && change == Change.STREAMS)) {
            change = now;
            changeAt = accepted.size();
        }
        TsSelection before = streams.selection();
        if (now == Change.STREAMS && before != null) {
            audioHasChanged = true;
            audioChangedAt = streams.timeOf(before);
            streams.all()
                    .filter(stream -> !streams.isLive(stream.stream()))
                    .toList()
                    .forEach(SourceStream::restart);
        }
        selected(null);
    }
}
