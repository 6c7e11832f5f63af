package io.xg2g.ingest;

import io.xg2g.media.TsAudioFilter;

/**
 * Output of a channel's segmenter runs, one after the other, as one transport stream of video and AAC. A run numbers its tables from 0
 * on, and players do not read those of a version that they know: here the version changes with the streams. Thread-safe.
 */
final class ProxiedOutput {
    private final TsAudioFilter aac = TsAudioFilter.ofAac();
    private final IngestListener listener;

    ProxiedOutput(IngestListener listener) {
        this.listener = listener;
    }

    /** Begins with the output of a run. */
    synchronized void begin() {
        aac.begin();
    }

    /** Passes the next bytes of the run to the listener. */
    synchronized void accept(byte[] bytes) {
        listener.proxied(aac.filter(bytes));
    }
}
