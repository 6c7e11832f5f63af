package io.xg2g.media;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Video and audio streams of a source's allowed programs: which of them have data, which are taken, and which are best. Not
 * thread-safe.
 */
final class SourceStreams {
    /** Audio that ends this much before the video has stopped, in ticks. */
    private static final long MAX_AUDIO_SILENCE = 5 * Ticks.PER_SECOND;

    /**
     * Video that ends this much before the audio has stopped, in ticks; slow cameras send a frame in some seconds. Less than
     * the distance of audio from the latest video that ends a run of the segmenter, which would begin again with this video.
     */
    private static final long MAX_VIDEO_SILENCE = 4 * Ticks.PER_SECOND;

    /** Time within which further audio streams that are sent begin, in ticks. */
    private static final long AUDIO_START = Ticks.PER_SECOND / 2;

    private final TsMaps tables;
    private final StreamPreferences preferences;
    private final @Nullable SourceStream[] byPid = new SourceStream[TsPacket.PIDS];
    private List<SourceStream> listed = List.of();
    private @Nullable TsSelection selection;

    /** Number of the latest program, which is kept while it has data. */
    private int lastProgram = TsProgram.NONE;

    /** Latest default audio, which is kept among those of its rank. */
    private @Nullable TsStream lastDefault;

    private int maxAudio = TsSelection.MAX_AUDIO;

    SourceStreams(TsMaps tables, StreamPreferences preferences) {
        this.tables = tables;
        this.preferences = preferences;
    }

    /** Returns the maps of the allowed programs. */
    List<TsMap> maps() {
        return tables.maps().stream().filter(preferences::allows).toList();
    }

    /** Returns whether an allowed program has its clock on this PID. */
    boolean isClock(int pid) {
        return tables.maps().stream().anyMatch(map -> map.clockPid() == pid && preferences.allows(map));
    }

    /** Returns the stream with this PID, or {@code null}. */
    @Nullable
    SourceStream at(int pid) {
        return byPid[pid];
    }

    /** Returns whether a stream is listed; also if there is none. */
    boolean lists(@Nullable TsStream stream) {
        SourceStream received = stream == null ? null : byPid[stream.pid()];
        return stream == null || (received != null && received.is(stream));
    }

    /** Returns all streams. */
    Stream<SourceStream> all() {
        return listed.stream();
    }

    /** Reads the tables again, after a change. */
    void list() {
        List<SourceStream> now = new ArrayList<>();
        for (TsMap map : maps()) {
            map.streams().stream()
                    .filter(stream -> stream.isVideo() || stream.isAudio())
                    .forEach(stream -> now.add(received(stream, map.number())));
        }
        listed.forEach(stream -> byPid[stream.stream().pid()] = null);
        listed = List.copyOf(now);
        listed.forEach(stream -> byPid[stream.stream().pid()] = stream);
    }

    /** Returns the reception of a stream that is listed again, or a new one. */
    private SourceStream received(TsStream stream, int program) {
        SourceStream before = byPid[stream.pid()];
        if (before == null || before.program != program || !before.is(stream)) {
            return new SourceStream(stream, program);
        }
        before.listedAs(stream);
        return before;
    }

    /** Returns the streams that are taken, or {@code null}. */
    @Nullable
    TsSelection selection() {
        return selection;
    }

    /** Sets the streams that are taken; {@code null} for none. */
    void select(@Nullable TsSelection now) {
        selection = now;
        lastProgram = now == null ? lastProgram : now.map().number();
        TsStream first = now == null ? null : now.defaultAudio();
        lastDefault = first == null ? lastDefault : first;
    }

    /** Takes no more audio streams from now on. */
    void limitAudio(int max) {
        maxAudio = Math.min(maxAudio, max);
    }

    /** Returns the streams to take now; empty if none has data. */
    Optional<TsSelection> best() {
        return best(this::isLive);
    }

    private Optional<TsSelection> best(Predicate<TsStream> usable) {
        Optional<TsSelection> selected = maps().stream()
                .filter(map -> map.number() == lastProgram)
                .findFirst()
                .flatMap(map -> TsSelection.of(map, usable, this::rank))
                .or(() -> TsSelection.of(maps(), usable, this::rank));
        return selected.map(streams -> streams.withAudio(maxAudio));
    }

    /** Returns the rank of an audio stream: by the preferences; among equal ones, that in use is first. */
    private int rank(TsStream audio) {
        TsStream kept = lastDefault;
        return 2 * preferences.rank(audio) + (kept != null && audio.isSame(kept) ? 0 : 1);
    }

    /**
     * Returns whether all tables are known, and {@link #best} would be the same if every listed stream had data; further audio
     * streams that have not begun within half a second do not count.
     */
    boolean isSettled() {
        TsSelection all = best(_ -> true).orElse(null);
        TsSelection now = best().orElse(null);
        return tables.isComplete()
                && all != null
                && now != null
                && now.withOneAudio().isSame(all.withOneAudio())
                && (now.isSame(all) || hasLasted(now));
    }

    /** Returns whether the reference stream of a selection has had data for the time in which other ones begin. */
    private boolean hasLasted(TsSelection selected) {
        TsStream reference = selected.hasVideo() ? selected.video() : selected.defaultAudio();
        SourceStream received = reference == null ? null : byPid[reference.pid()];
        return received != null && received.lasted() >= AUDIO_START;
    }

    /** Returns a selected audio stream, or one that would be selected now; {@code null} if there is none with this index. */
    @Nullable
    SourceStream audio(int track) {
        TsSelection now = selection == null ? best().orElse(null) : selection;
        return now == null || track >= now.audio().size()
                ? null
                : byPid[now.audio().get(track).pid()];
    }

    /** Returns whether a stream is the video or the default audio that is taken, or may be. */
    boolean isRelevant(SourceStream stream) {
        TsSelection now = selection;
        return now == null || stream.is(now.video()) || stream.is(now.defaultAudio());
    }

    /** Returns whether a stream has the clock of its program: the video, or the audio if there is none. */
    boolean isReference(SourceStream received) {
        SourceStream video = videoOf(received.program);
        return video == received || (video == null && isRelevant(received));
    }

    /** Returns the video of a program: the selected one, or else the first one with data. */
    @Nullable
    SourceStream videoOf(int program) {
        TsSelection now = selection;
        if (now != null && now.map().number() == program) {
            TsStream video = now.video();
            return video == null ? null : byPid[video.pid()];
        }
        return listed.stream()
                .filter(each -> each.program == program && each.stream().isVideo() && each.isSeen())
                .findFirst()
                .orElse(null);
    }

    /** Returns the latest time of a selection's program, in ticks. */
    long timeOf(TsSelection now) {
        SourceStream video = videoOf(now.map().number());
        TsStream audio = now.defaultAudio();
        SourceStream reference = video != null || audio == null ? video : byPid[audio.pid()];
        return reference == null ? 0 : reference.time();
    }

    /** Returns whether a stream has data that is not far behind the other streams of its program. */
    boolean isLive(TsStream stream) {
        SourceStream received = byPid[stream.pid()];
        if (received == null || !received.is(stream) || !received.isSeen() || received.isScrambled()) {
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
}
