package io.xg2g.output;

import io.xg2g.camera.Frame;
import io.xg2g.camera.FrameOutput;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Frames to the message broker. Their metadata follow when the broker has accepted a frame; where frames are stored in Redis, the
 * metadata follow their storage instead ({@link RedisOutput}), so that their key exists.
 */
@Singleton
class BrokerOutput implements FrameOutput {
    private final Broker broker;
    private final boolean frames;
    private final boolean metadata;

    BrokerOutput(OutputSettings settings, Broker broker) {
        this.broker = broker;
        frames = settings.broker().map(OutputSettings.Broker::frames).orElse(false);
        metadata = settings.broker().isPresent() && settings.redis().isEmpty();
    }

    @Override
    public String name() {
        return Broker.NAME;
    }

    @Override
    public boolean enabled() {
        return frames || metadata;
    }

    @Override
    public CompletionStage<Void> deliver(Frame frame) {
        if (!frames) {
            return broker.announce(frame, Optional.empty());
        }
        CompletionStage<Void> published = broker.publish(frame);
        return metadata ? published.thenRun(() -> announce(frame)) : published;
    }

    private void announce(Frame frame) {
        var _ = broker.announce(frame, Optional.empty());
    }
}
