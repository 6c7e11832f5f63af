package io.xg2g.ingest;

import io.xg2g.media.AudioFrame;
import io.xg2g.media.AudioTrackInfo;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Records what an ingest produces: events by name, and the windows. */
final class RecordingListener implements IngestListener {
    final List<String> events = new ArrayList<>();
    final List<SourceWindow> windows = new ArrayList<>();
    final List<AudioFrame> audio = new ArrayList<>();
    final ByteArrayOutputStream proxied = new ByteArrayOutputStream();
    long rawBytes;
    int discardedFrames;

    @Override
    public void raw(byte[] chunk) {
        rawBytes += chunk.length;
    }

    @Override
    public void begun(List<AudioTrackInfo> tracks) {
        events.add(tracks.isEmpty() ? "begun" : "begun with audio");
    }

    @Override
    public void ended() {
        events.add("ended");
    }

    @Override
    public void proxied(byte[] chunk) {
        proxied.writeBytes(chunk);
    }

    @Override
    public void frameDiscarded() {
        discardedFrames++;
    }

    @Override
    public void window(SourceWindow window) {
        windows.add(window);
    }

    @Override
    public void audio(int track, AudioFrame frame) {
        audio.add(frame);
    }
}
