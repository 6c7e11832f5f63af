package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Video and audio that are taken from one program of a transport stream; at least one of them. The first audio stream is the
 * default. Immutable.
 */
public final class TsSelection {
    /** Maximum number of audio streams: each is encoded. */
    public static final int MAX_AUDIO = 8;

    private static final int STREAM = 1;

    /** {@code stream_type} of TrueHD on Blu-ray, of which ffmpeg makes two streams. */
    private static final int TRUE_HD = 0x83;

    private final TsMap map;
    private final @Nullable TsStream video;
    private final List<TsStream> audio;

    private TsSelection(TsMap map, @Nullable TsStream video, List<TsStream> audio) {
        this.map = map;
        this.video = video;
        this.audio = List.copyOf(audio);
    }

    /**
     * Selects the first program that has usable video, or else the first one that has usable audio; of this program the first
     * usable video, and the usable audio.
     *
     * @param maps of the programs, in the order of the association table
     * @param usable whether a stream can be taken
     * @param rank of an audio stream; the lowest one is the default
     * @return empty if no stream is usable
     */
    static Optional<TsSelection> of(List<TsMap> maps, Predicate<TsStream> usable, ToIntFunction<TsStream> rank) {
        List<TsSelection> candidates = maps.stream()
                .map(map -> of(map, usable, rank))
                .flatMap(Optional::stream)
                .toList();
        return candidates.stream()
                .filter(TsSelection::hasVideo)
                .findFirst()
                .or(() -> candidates.stream().findFirst());
    }

    /** Selects the streams of one program. */
    static Optional<TsSelection> of(TsMap map, Predicate<TsStream> usable, ToIntFunction<TsStream> rank) {
        TsStream video = map.streams().stream()
                .filter(TsStream::isVideo)
                .filter(usable)
                .findFirst()
                .orElse(null);
        boolean shifted = map.streams().stream().anyMatch(stream -> stream.isAudio() && stream.type() == TRUE_HD);
        List<TsStream> audio = map.streams().stream()
                .filter(TsStream::isAudio)
                .filter(usable)
                .sorted(Comparator.comparingInt(rank))
                .limit(shifted ? 1 : MAX_AUDIO)
                .toList();
        return video == null && audio.isEmpty() ? Optional.empty() : Optional.of(new TsSelection(map, video, audio));
    }

    /** Returns the same without the audio streams after the first. */
    public TsSelection withOneAudio() {
        return withAudio(1);
    }

    /** Returns the same with the first audio streams, at most so many, but with one if there is no video. */
    TsSelection withAudio(int max) {
        return new TsSelection(map, video, audio.subList(0, Math.min(hasVideo() ? max : 1, audio.size())));
    }

    /** Returns the same with the audio stream that is most similar to a track, whose codec does not matter. */
    TsSelection withAudio(AudioTrackInfo wanted) {
        return IntStream.range(0, audio.size())
                .boxed()
                .min(Comparator.comparingInt(index -> difference(track(index, wanted.codec()), wanted)))
                .map(index -> new TsSelection(map, video, List.of(audio.get(index))))
                .orElse(this);
    }

    private static int difference(AudioTrackInfo track, AudioTrackInfo wanted) {
        if (track.equals(wanted)) {
            return 0;
        }
        if (track.isSameContent(wanted)) {
            return 1;
        }
        return track.language().equals(wanted.language()) ? 2 : 3;
    }

    public boolean hasVideo() {
        return video != null;
    }

    public boolean hasAudio() {
        return !audio.isEmpty();
    }

    boolean hasMainAudio() {
        return hasAudio() && audio.getFirst().role() == AudioRole.MAIN;
    }

    /**
     * Returns whether the streams can be taken until the next keyframe under other tables: the video is listed, and the PID of the
     * default audio carries nothing else; without video that audio is listed.
     *
     * @param carried whether a PID carries audio or video of any program
     */
    boolean isContinuedBy(TsMap now, IntPredicate carried) {
        TsStream picture = video;
        if (picture != null && !now.has(picture)) {
            return false;
        }
        if (!hasAudio() || now.has(audio.getFirst())) {
            return true;
        }
        return picture != null && !carried.test(audio.getFirst().pid());
    }

    public boolean hasSeveralAudio() {
        return audio.size() > 1;
    }

    TsMap map() {
        return map;
    }

    @Nullable
    TsStream video() {
        return video;
    }

    /** Returns the default audio stream, or {@code null}. */
    @Nullable
    TsStream defaultAudio() {
        return audio.isEmpty() ? null : audio.getFirst();
    }

    /** Returns the audio streams, the default one first. */
    List<TsStream> audio() {
        return audio;
    }

    /** Returns the tracks to make: AAC of each audio stream, in their order, and then the copies of AC-3 and E-AC-3. */
    public List<AudioOutput> audioOutputs() {
        List<AudioOutput> outputs = new ArrayList<>();
        for (int i = 0; i < audio.size(); i++) {
            outputs.add(new AudioOutput(i, track(i, AudioCodec.AAC)));
        }
        for (int i = 0; i < audio.size(); i++) {
            AudioCodec codec = audio.get(i).frames().orElse(AudioCodec.AAC);
            if (codec != AudioCodec.AAC) {
                outputs.add(new AudioOutput(i, track(i, codec)));
            }
        }
        return outputs;
    }

    private AudioTrackInfo track(int index, AudioCodec codec) {
        TsStream stream = audio.get(index);
        int ordinal = (int) audio.subList(0, index).stream()
                .filter(other -> other.language().equals(stream.language()) && other.role() == stream.role())
                .count();
        return new AudioTrackInfo(stream.language(), stream.role(), codec, ordinal);
    }

    /** Returns whether both consist of the same streams of the same program. */
    boolean isSame(TsSelection other) {
        return map.number() == other.map.number() && isSame(video, other.video) && hasSameAudio(other);
    }

    /** Returns whether both have the same audio streams, with the same languages and roles, in the same order. */
    boolean hasSameAudio(TsSelection other) {
        return audio.size() == other.audio.size()
                && IntStream.range(0, audio.size()).allMatch(i -> audio.get(i).isSameTrack(other.audio.get(i)));
    }

    private static boolean isSame(@Nullable TsStream one, @Nullable TsStream other) {
        return (one == null || other == null) ? Objects.equals(one, other) : one.isSame(other);
    }

    /** Returns whether a packet of this PID belongs to the selected streams. */
    private boolean has(int pid) {
        for (TsStream stream : audio) {
            if (stream.pid() == pid) {
                return true;
            }
        }
        return video != null && video.pid() == pid;
    }

    /** Returns the tables of a transport stream that has only the selected streams, as packets. */
    public byte[] tables() {
        TsWriter out = new TsWriter();
        writeTables(out, 0);
        return out.take();
    }

    /** Writes the same tables with a version, modulo 32. */
    void writeTables(TsWriter out, int version) {
        ByteBuffer programs = ByteBuffer.allocate(4);
        programs.putShort((short) map.number()).putShort((short) (0xe000 | map.pid()));
        ByteBuffer contents = ByteBuffer.allocate(map.section().length);
        contents.putShort((short) (0xe000 | map.clockPid())).putShort((short) (0xf000 | map.descriptors().length));
        contents.put(map.descriptors());
        if (video != null) {
            contents.put(video.entry());
        }
        audio.forEach(stream -> contents.put(stream.entry()));
        out.section(0, TsSections.section(TsTables.ASSOCIATION, STREAM, version, programs.flip()));
        out.section(map.pid(), TsSections.section(TsTables.MAP, map.number(), version, contents.flip()));
    }

    /**
     * Returns the packets of the selected streams, and those with the clock of the program.
     *
     * @param packets whole packets
     * @param from index of the first packet
     * @param to index of the end
     */
    public byte[] packets(byte[] packets, int from, int to) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(to - from);
        for (int packet = from; packet + TsPacket.SIZE <= to; packet += TsPacket.SIZE) {
            int pid = TsPacket.pid(packets, packet);
            if (has(pid) || (pid == map.clockPid() && TsPacket.pcr(packets, packet) >= 0)) {
                out.write(packets, packet, TsPacket.SIZE);
            }
        }
        return out.toByteArray();
    }
}
