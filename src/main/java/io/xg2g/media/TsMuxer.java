package io.xg2g.media;

import io.xg2g.media.FragmentedMp4.Sample;
import io.xg2g.media.NalUnits.Unit;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * MPEG-TS muxer: remuxes the CMAF segments of a video track and AAC frames into one continuous transport stream (ISO/IEC
 * 13818-1). Each segment begins with the tables; continuity counters continue across segments. Not thread-safe.
 */
public final class TsMuxer {
    private static final int STREAM = 1;
    private static final int PROGRAM = 1;
    private static final int MAP_PID = 0x1000;
    private static final int VIDEO_PID = 0x100;
    private static final int AUDIO_PID = 0x101;
    private static final int VIDEO_STREAM = 0xe0;
    private static final int AUDIO_STREAM = 0xc0;

    /** Delay from the PCR to the DTS in which a decoder fills its buffers: 0.7 s. */
    private static final long DELAY = 63_000;
    /** Interval of the PCR: 90 ms; 2.7.2 allows up to 100 ms. */
    private static final long CLOCK_INTERVAL = 8_100;
    /** Step of the PCR that counts as a discontinuity: more than 1 s. */
    private static final long JUMP = Ticks.PER_SECOND;

    private boolean audio;
    private final TsWriter out = new TsWriter();
    private NalConfiguration configuration;
    private int timescale;
    private int version;
    private boolean discontinuity = true;
    private long lastClock;

    /**
     * Makes the muxer of a stream.
     *
     * @param videoInit initialization segment of the video, H.264 or HEVC
     * @param audio whether there is audio from the beginning
     * @throws MalformedMedia if the initialization segment is neither H.264 nor HEVC
     */
    public TsMuxer(byte[] videoInit, boolean audio) throws MalformedMedia {
        this.audio = audio;
        this.configuration = NalConfiguration.of(videoInit);
        this.timescale = FragmentedMp4.track(videoInit).timescale();
    }

    /** Adds the audio to the program, from the next segment on, unless it is there already. */
    public void addAudio() {
        version += audio ? 0 : 1;
        audio = true;
    }

    /**
     * Marks a discontinuity before the next segment, which may be of another format.
     *
     * @throws MalformedMedia if the initialization segment is neither H.264 nor HEVC; the muxer is not modified
     */
    public void discontinuity(byte[] videoInit) throws MalformedMedia {
        NalConfiguration next = NalConfiguration.of(videoInit);
        timescale = FragmentedMp4.track(videoInit).timescale();
        version += next.hevc() == configuration.hevc() ? 0 : 1;
        configuration = next;
        discontinuity = true;
    }

    /**
     * Returns the next part of the stream: whole packets. Times are written modulo 2^33.
     *
     * @param videoMedia media segment of the video
     * @param audioFrames audio of the same period, ascending; same origin of times as the video
     * @throws MalformedMedia if the media segment is incomplete; the muxer is not modified
     */
    public byte[] segment(byte[] videoMedia, List<AacFrame> audioFrames) throws MalformedMedia {
        List<Sample> samples = FragmentedMp4.samples(videoMedia);
        for (Sample sample : samples) {
            NalUnits.lengthPrefixed(videoMedia, sample.offset(), sample.size(), configuration.lengthBytes());
        }
        tables();
        int frame = 0;
        for (Sample sample : samples) {
            long dts = Ticks.of(sample.dts(), timescale);
            while (audio && frame < audioFrames.size() && audioFrames.get(frame).pts() < dts) {
                audioFrame(audioFrames.get(frame++));
            }
            videoFrame(videoMedia, sample, dts);
        }
        while (audio && frame < audioFrames.size()) {
            audioFrame(audioFrames.get(frame++));
        }
        return out.take();
    }

    private void audioFrame(AacFrame frame) {
        fillClock(frame.pts() - DELAY);
        byte[] header = Pes.header(AUDIO_STREAM, frame.pts(), frame.pts(), frame.adts().length);
        ByteArrayOutputStream pes = new ByteArrayOutputStream(header.length + frame.adts().length);
        pes.writeBytes(header);
        pes.writeBytes(frame.adts());
        out.pes(AUDIO_PID, 0, 0, pes.toByteArray());
    }

    private void videoFrame(byte[] media, Sample sample, long dts) throws MalformedMedia {
        long clock = dts - DELAY;
        discontinuity |= Math.abs(Ticks.between(lastClock, clock)) > JUMP;
        fillClock(clock);
        byte[] data = annexB(media, sample);
        byte[] header = Pes.header(VIDEO_STREAM, Ticks.of(sample.pts(), timescale), dts, data.length);
        ByteArrayOutputStream pes = new ByteArrayOutputStream(header.length + data.length);
        pes.writeBytes(header);
        pes.writeBytes(data);
        out.pes(VIDEO_PID, clockFlags() | (sample.sync() ? TsPacket.RANDOM_ACCESS : 0), clock, pes.toByteArray());
        lastClock = clock;
    }

    private byte[] annexB(byte[] media, Sample sample) throws MalformedMedia {
        List<Unit> units = NalUnits.lengthPrefixed(media, sample.offset(), sample.size(), configuration.lengthBytes());
        ByteArrayOutputStream data = new ByteArrayOutputStream(sample.size() + 64);
        data.writeBytes(configuration.delimiter());
        if (sample.sync() && units.stream().noneMatch(unit -> configuration.isParameterSet(media[unit.from()]))) {
            data.writeBytes(configuration.sets());
        }
        for (Unit unit : units) {
            if (!configuration.isDelimiter(media[unit.from()])) {
                data.writeBytes(NalConfiguration.START_CODE);
                data.write(media, unit.from(), unit.length());
            }
        }
        return data.toByteArray();
    }

    /** Writes packets with a PCR alone, if frames are too far apart. */
    private void fillClock(long clock) {
        long step = Ticks.between(lastClock, clock);
        if (!discontinuity && step <= JUMP) {
            for (long at = CLOCK_INTERVAL; at < step; at += CLOCK_INTERVAL) {
                lastClock += CLOCK_INTERVAL;
                out.clock(VIDEO_PID, TsPacket.PCR, lastClock);
            }
        }
    }

    private int clockFlags() {
        int flags = TsPacket.PCR | (discontinuity ? TsPacket.DISCONTINUITY : 0);
        discontinuity = false;
        return flags;
    }

    private void tables() {
        ByteBuffer programs = ByteBuffer.allocate(4);
        programs.putShort((short) PROGRAM).putShort((short) (0xe000 | MAP_PID));
        out.section(0, TsSections.section(TsTables.ASSOCIATION, STREAM, 0, programs.flip()));
        ByteBuffer map = ByteBuffer.allocate(audio ? 14 : 9);
        map.putShort((short) (0xe000 | VIDEO_PID)).putShort((short) 0xf000);
        stream(map, configuration.streamType(), VIDEO_PID);
        if (audio) {
            stream(map, TsProgram.ADTS, AUDIO_PID);
        }
        out.section(MAP_PID, TsSections.section(TsTables.MAP, PROGRAM, version, map.flip()));
    }

    /** Adds a stream without descriptors to the program map table (2.4.4.9). */
    private static void stream(ByteBuffer map, int type, int pid) {
        map.put((byte) type).putShort((short) (0xe000 | pid)).putShort((short) 0xf000);
    }
}
