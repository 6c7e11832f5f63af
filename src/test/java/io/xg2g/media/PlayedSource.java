package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.SourceMonitor.Change;
import io.xg2g.media.TestStreams.Entry;
import java.io.ByteArrayOutputStream;

/** Source whose frames a test feeds to a monitor. */
abstract class PlayedSource {
    static final int VIDEO = 0x100;
    static final int AUDIO = 0x101;
    static final int OTHER_AUDIO = 0x102;
    static final int DATA = 0x103;
    static final long FRAME = 3_600;
    static final int GOP = 25;
    static final long HOUR = 3_600L * Ticks.PER_SECOND;

    final ByteArrayOutputStream accepted = new ByteArrayOutputStream();
    final TestStreams source = new TestStreams();
    SourceMonitor monitor = new SourceMonitor(accepted);
    int played;

    static Entry video(int pid) {
        return new Entry(pid, TsProgram.H264);
    }

    static Entry audio(int pid, byte... descriptors) {
        return new Entry(pid, TestStreams.MP2, descriptors);
    }

    void feed() {
        byte[] stream = source.take();
        monitor.accept(stream, 0, stream.length);
    }

    /** Seconds of frames; a keyframe in each second. Each step is fed alone, until there is a change. */
    Change play(int from, int to, int... pids) {
        for (int i = from * GOP; i < to * GOP; i++) {
            played = i / GOP + 1;
            accepted.reset();
            for (int pid : pids) {
                if (pid == VIDEO) {
                    source.video(pid, i * FRAME, i % GOP == 0);
                } else {
                    source.audio(pid, i * FRAME);
                }
            }
            feed();
            Change change = monitor.change();
            if (change != Change.NONE) {
                return change;
            }
        }
        return Change.NONE;
    }

    void select() {
        monitor.select(monitor.best().orElseThrow());
    }

    static TsMap programOf(byte[] tables) {
        TsMaps maps = new TsMaps();
        for (int at = 0; at < tables.length; at += TsPacket.SIZE) {
            maps.packet(tables, at, TsPacket.pid(tables, at));
        }
        assertThat(maps.maps()).hasSize(1);
        return maps.maps().getFirst();
    }
}
