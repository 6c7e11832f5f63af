package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Video and audio that are taken from one program of a transport stream; at least one of them. Immutable. */
public final class TsSelection {
    private static final int STREAM = 1;

    private final TsMap map;
    private final @Nullable TsStream video;
    private final @Nullable TsStream audio;

    private TsSelection(TsMap map, @Nullable TsStream video, @Nullable TsStream audio) {
        this.map = map;
        this.video = video;
        this.audio = audio;
    }

    /**
     * Selects the first program that has usable video, or else the first one that has usable audio; of this program the first
     * usable video and the preferred usable audio.
     *
     * @param maps of the programs, in the order of the association table
     * @param usable whether a stream can be taken
     * @return empty if no stream of an allowed program is usable
     */
    static Optional<TsSelection> of(List<TsMap> maps, Predicate<TsStream> usable, StreamPreferences preferences) {
        List<TsSelection> candidates = maps.stream()
                .filter(preferences::allows)
                .map(map -> of(map, usable, preferences))
                .flatMap(Optional::stream)
                .toList();
        return candidates.stream()
                .filter(TsSelection::hasVideo)
                .findFirst()
                .or(() -> candidates.stream().findFirst());
    }

    /** Selects the streams of one program. */
    static Optional<TsSelection> of(TsMap map, Predicate<TsStream> usable, StreamPreferences preferences) {
        TsStream video = map.streams().stream()
                .filter(TsStream::isVideo)
                .filter(usable)
                .findFirst()
                .orElse(null);
        TsStream audio = map.streams().stream()
                .filter(TsStream::isAudio)
                .filter(usable)
                .min(Comparator.comparingInt(preferences::rank))
                .orElse(null);
        return video == null && audio == null ? Optional.empty() : Optional.of(new TsSelection(map, video, audio));
    }

    public boolean hasVideo() {
        return video != null;
    }

    public boolean hasAudio() {
        return audio != null;
    }

    TsMap map() {
        return map;
    }

    @Nullable
    TsStream video() {
        return video;
    }

    @Nullable
    TsStream audio() {
        return audio;
    }

    /** Returns whether both consist of the same streams of the same program. */
    boolean isSame(TsSelection other) {
        return map.number() == other.map.number() && isSame(video, other.video) && isSame(audio, other.audio);
    }

    private static boolean isSame(@Nullable TsStream one, @Nullable TsStream other) {
        return (one == null || other == null) ? Objects.equals(one, other) : one.isSame(other);
    }

    /** Returns whether a packet of this PID belongs to the selected streams. */
    private boolean has(int pid) {
        return (video != null && video.pid() == pid) || (audio != null && audio.pid() == pid);
    }

    /** Returns the tables of a transport stream that has only the selected streams, as packets. */
    public byte[] tables() {
        ByteBuffer programs = ByteBuffer.allocate(4);
        programs.putShort((short) map.number()).putShort((short) (0xe000 | map.pid()));
        ByteBuffer contents = ByteBuffer.allocate(map.section().length);
        contents.putShort((short) (0xe000 | map.clockPid())).putShort((short) (0xf000 | map.descriptors().length));
        contents.put(map.descriptors());
        map.streams().stream().filter(stream -> has(stream.pid())).forEach(stream -> contents.put(stream.entry()));
        TsWriter out = new TsWriter();
        out.section(0, TsSections.section(TsTables.ASSOCIATION, STREAM, 0, programs.flip()));
        out.section(map.pid(), TsSections.section(TsTables.MAP, map.number(), 0, contents.flip()));
        return out.take();
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
