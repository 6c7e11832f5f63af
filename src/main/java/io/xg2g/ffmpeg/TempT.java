package io.xg2g.ffmpeg;

import io.xg2g.gpu.Device;

@jakarta.enterprise.context.ApplicationScoped
class TempT implements Transcoder {
    @Override
    public TranscodeOutcome transcode(TranscodeUnit u, Device d, java.util.function.DoubleConsumer p) {
        return new TranscodeOutcome.Failed("none", new Failure(Failure.Kind.CRASH, "x"));
    }
}
