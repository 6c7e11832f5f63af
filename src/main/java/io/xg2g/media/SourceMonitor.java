package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
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
        /** A selected stream has another PID or another type, or is gone. */
        TABLES,
        /** The clock has jumped: back by more than 0.5 s, or forward by more than 2 s. */
        JUMP,
        /** A stream that was missing has begun, or one that was selected has ended and another one has data. */
        STREAMS
    }

    private static final int MIN_PACKETS = 24;

    /** Audio that is further from the video, in ticks, has a wrong time. */
    private static final long MAX_AUDIO_OFFSET = 10 * Ticks.PER_SECOND;

    /** Maximum difference of PTS and DTS, in ticks. */
    private static final long MAX_REORDERING = 2 * Ticks.PER_SECOND;

    /** Audio that ends this much before the video has stopped, in ticks. */
    private static final long MAX_AUDIO_SILENCE = 5 * Ticks.PER_SECOND;

    /**
     * Video that ends this much before the audio has stopped, in ticks; slow cameras send a frame in some seconds. Less than
     * {@link #MAX_AUDIO_OFFSET}.
     */
    private static final long MAX_VIDEO_SILENCE = 8 * Ticks.PER_SECOND;

    /** Maximum wait for a keyframe with which a change of streams takes effect, in ticks. */
    private static final long MAX_KEYFRAME_WAIT = 12 * Ticks.PER_SECOND;

    private final TsFramer framer = new TsFramer(this::packet);
    private final TsMaps tables = new TsMaps();
    private final StreamPreferences preferences;
    private final ByteArrayOutputStream accepted;
    /** Video and audio of the allowed programs, by PID. */
    private final @Nullable SourceStream[] streams = new SourceStream[TsPacket.PIDS];

    private List<SourceStream> listed = List.of();
    private @Nullable TsSelection selection;
    private Change change = Change.NONE;
    private int changeAt;
    /** Decoding time of the video when a change of streams was first wanted. */
    private long wantedAt;

    private boolean wanted;
    /** One bit for each of the last 64 packets with a payload, the newest in bit 0: whether it is scrambled. */
    private long recent;

    private int recentPackets;

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
    }

    /** Takes the next bytes of the source, in chunks of any size. */
    public void accept(byte[] data, int offset, int length) {
        framer.accept(data, offset, length);
        if (selection != null && wanted() && !awaitsKeyframe()) {
            changed(Change.STREAMS);
        }
    }

    /** Returns whether at least half of the last 24 to 64 packets of elementary streams are scrambled. */
    public boolean scrambled() {
        return recentPackets >= MIN_PACKETS
                && 2 * Long.bitCount(recent) >= recentPackets
                && (selection != null || best().isEmpty());
    }

    /** Returns whether the tables of an allowed program were received. */
    public boolean programKnown() {
        return tables.maps().stream().anyMatch(preferences::allows);
    }

    /** Returns the reason why the tables rule out that anything of the source can be used. */
    public Optional<String> refusal() {
        return preferences.program().isPresent()
                ? tables.lacks(preferences.program().getAsInt())
                : Optional.empty();
    }

    /** Returns the stream types of the allowed programs, for a message. */
    public String streamTypes() {
        return tables.maps().stream()
                .filter(preferences::allows)
                .flatMap(map -> map.streams().stream())
                .map(stream -> String.format(Locale.ROOT, "0x%02x", stream.type()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** Returns the streams to take now; empty if none has data. */
    public Optional<TsSelection> best() {
        return TsSelection.of(tables.maps(), this::isLive, preferences);
    }

    /** Returns whether all tables are known, and {@link #best} would be the same if every listed stream had data. */
    public boolean isSettled() {
        Optional<TsSelection> all = TsSelection.of(tables.maps(), _ -> true, preferences);
        return tables.isComplete()
                && all.isPresent()
                && best().filter(all.get()::isSame).isPresent();
    }

    /** Sets the streams that are taken from now on; {@link #change} refers to them. */
    public void select(TsSelection now) {
        selection = now;
        wanted = false;
    }

    /**
     * Returns the distance from a time to the latest accepted audio, in 90 kHz ticks: negative if the audio is earlier, 0 if
     * there was none.
     *
     * @param time 90 kHz ticks, modulo 2^33
     */
    public long audioAfter(long time) {
        TsSelection now = selection;
        TsStream audio = now == null ? best().map(TsSelection::audio).orElse(null) : now.audio();
        SourceStream received = audio == null ? null : streams[audio.pid()];
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
        SourceStream stream = streams[pid];
        if (TsPacket.hasPayload(data, packet) && (stream != null ? isRelevant(stream) : isUnknown(pid))) {
            boolean scrambled = TsPacket.scrambled(data, packet);
            recent = (recent << 1) | (scrambled ? 1 : 0);
            recentPackets = Math.min(Long.SIZE, recentPackets + 1);
        }
        if (stream != null && TsPacket.hasPayload(data, packet)) {
            stream.packet(TsPacket.scrambled(data, packet));
        }
        if (stream != null && Pes.starts(data, packet)) {
            pesPacket(data, packet, stream);
        }
        boolean usable = stream == null ? TsPacket.pcr(data, packet) >= 0 : !stream.isDropped();
        if (usable && pid != TsPacket.NULL_PID) {
            accepted.write(data, packet, TsPacket.SIZE);
        }
    }

    /** Returns whether a stream belongs to what is taken, or may be. */
    private boolean isRelevant(SourceStream stream) {
        TsSelection now = selection;
        return now == null || stream.is(now.video()) || stream.is(now.audio());
    }

    private boolean isUnknown(int pid) {
        return !programKnown() && pid >= TsPacket.FIRST_FREE_PID && pid != TsPacket.NULL_PID;
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
            SourceStream video = videoOf(received.program);
            plausible &= video == null
                    || !video.isTimed()
                    || Math.abs(Ticks.between(video.time(), decoding)) <= MAX_AUDIO_OFFSET;
        }
        received.started(decoding, plausible);
        TsSelection now = selection;
        boolean keyframe = (TsPacket.flags(data, packet) & TsPacket.RANDOM_ACCESS) != 0;
        if (keyframe && now != null && received.is(now.video()) && wanted()) {
            changed(Change.STREAMS);
        }
    }

    private boolean isPlausible(SourceStream received, long time) {
        received.clock.time(time);
        if (received.clock.jumped() && isReference(received)) {
            // The other streams of the program have times of the old clock.
            listed.stream()
                    .filter(each -> each != received && each.program == received.program)
                    .forEach(SourceStream::restart);
            dropAccepted();
            changed(Change.JUMP);
        }
        return !received.clock.suspicious();
    }

    private static boolean follows(long decoding, long presentation) {
        long later = Ticks.between(decoding, presentation);
        return later >= 0 && later <= MAX_REORDERING;
    }

    /** Returns whether a stream has the clock of its program: the video, or the audio if there is none. */
    private boolean isReference(SourceStream received) {
        SourceStream video = videoOf(received.program);
        return video == received || (video == null && isRelevant(received));
    }

    /** Returns the video of a program: the selected one, or else the first one with data. */
    private @Nullable SourceStream videoOf(int program) {
        TsSelection now = selection;
        if (now != null && now.map().number() == program) {
            TsStream video = now.video();
            return video == null ? null : streams[video.pid()];
        }
        return listed.stream()
                .filter(each -> each.program == program && each.stream().isVideo() && each.isSeen())
                .findFirst()
                .orElse(null);
    }

    /** Returns whether a stream has data that is not far behind the other streams of its program. */
    private boolean isLive(TsStream stream) {
        SourceStream received = streams[stream.pid()];
        if (received == null || !received.isSeen() || received.isScrambled()) {
            return false;
        }
        SourceStream video = videoOf(received.program);
        if (stream.isAudio() && video != null) {
            return !isBehind(received, video, MAX_AUDIO_SILENCE);
        }
        long allowed = stream.isVideo() ? MAX_VIDEO_SILENCE : MAX_AUDIO_SILENCE;
        return listed.stream()
                .filter(other ->
                        other.program == received.program && other.stream().isAudio())
                .noneMatch(other -> isBehind(received, other, allowed));
    }

    private static boolean isBehind(SourceStream stream, SourceStream other, long allowed) {
        return stream.isTimed() && other.isTimed() && Ticks.between(stream.time(), other.time()) > allowed;
    }

    /** Returns whether the streams that have data now should replace the selected ones. */
    private boolean wanted() {
        TsSelection now = selection;
        TsSelection better = best().orElse(null);
        if (now == null || better == null || better.isSame(now)) {
            wanted = false;
            return false;
        }
        TsSelection program = now.map().number() == better.map().number()
                ? better
                : TsSelection.of(now.map(), this::isLive, preferences).orElse(null);
        boolean replaced = program == null
                || replaces(now.video(), program.video(), program.hasAudio())
                || replaces(now.audio(), program.audio(), false)
                || isPreferred(program.audio(), now.audio());
        if (replaced && !wanted) {
            SourceStream video = videoOf(now.map().number());
            wantedAt = video == null ? 0 : video.time();
        }
        wanted = replaced;
        return replaced;
    }

    private boolean replaces(@Nullable TsStream selected, @Nullable TsStream live, boolean dispensable) {
        if (selected == null) {
            return live != null;
        }
        return !isLive(selected) && (live != null || dispensable);
    }

    private boolean isPreferred(@Nullable TsStream audio, @Nullable TsStream selected) {
        return audio != null && selected != null && preferences.rank(audio) < preferences.rank(selected);
    }

    /** Returns whether a change of streams waits for a keyframe, so that no frames are lost. */
    private boolean awaitsKeyframe() {
        TsSelection now = selection;
        SourceStream video = now == null ? null : videoOf(now.map().number());
        return video != null
                && isLive(video.stream())
                && Math.abs(Ticks.between(wantedAt, video.time())) < MAX_KEYFRAME_WAIT;
    }

    private void tablesChanged() {
        List<SourceStream> now = new ArrayList<>();
        for (TsMap map : tables.maps()) {
            if (preferences.allows(map)) {
                map.streams().stream()
                        .filter(stream -> stream.isVideo() || stream.isAudio())
                        .forEach(stream -> now.add(received(stream, map.number())));
            }
        }
        listed.forEach(stream -> streams[stream.stream().pid()] = null);
        listed = List.copyOf(now);
        listed.forEach(stream -> streams[stream.stream().pid()] = stream);
        TsSelection selected = selection;
        if (selected == null) {
            return;
        }
        TsMap map = tables.maps().stream()
                .filter(each -> each.number() == selected.map().number())
                .findFirst()
                .orElse(null);
        if (map == null || lacks(map, selected.video()) || lacks(map, selected.audio())) {
            listed.forEach(SourceStream::restart);
            dropAccepted();
            changed(Change.TABLES);
        }
    }

    private static boolean lacks(TsMap map, @Nullable TsStream stream) {
        return stream != null && !map.has(stream);
    }

    /** Returns the reception of a stream that is listed again, or a new one. */
    private SourceStream received(TsStream stream, int program) {
        SourceStream before = streams[stream.pid()];
        if (before == null || before.program != program || !before.is(stream)) {
            return new SourceStream(stream, program);
        }
        before.listedAs(stream);
        return before;
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
        if (now == Change.STREAMS) {
            listed.stream().filter(stream -> !isLive(stream.stream())).toList().forEach(SourceStream::restart);
        }
        selection = null;
        wanted = false;
    }
}
