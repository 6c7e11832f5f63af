package io.xg2g.ingest;

import io.xg2g.media.AacFrame;
import java.util.ArrayList;
import java.util.List;

/** Records what an ingest produces: events by name, and the windows. */
final class RecordingListener implements IngestListener {
    final List<String> events = new ArrayList<>();
    final List<SourceWindow> windows = new ArrayList<>();
    final List<AacFrame> audio = new ArrayList<>();
    long rawBytes;
    int discardedFrames;

    @Override
    public void raw(byte[] chunk) {
        rawBytes += chunk.length;
    }

    @Override
    public void begun(boolean withAudio) {
        events.add(withAudio ? "begun with audio" : "begun");
    }

    @Override
    public void ended() {
        events.add("ended");
    }

    @Override
    public void proxied(byte[] chunk) {}

    @Override
    public void frameDiscarded() {
        discardedFrames++;
    }

    @Override
    public void window(SourceWindow window) {
        windows.add(window);
    }

    @Override
    public void audio(AacFrame frame) {
        audio.add(frame);
    }
}
