package io.xg2g.channel;

import io.xg2g.dispatch.Dispatcher;
import io.xg2g.events.EventPublisher;
import io.xg2g.ffmpeg.MediaInspector;
import io.xg2g.ffmpeg.MediaProcesses;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ingest.Feeds;
import io.xg2g.packaging.EncodingCapacity;
import io.xg2g.packaging.LiveMetrics;
import io.xg2g.packaging.Thumbnails;
import io.xg2g.packaging.WindowTranscoder;
import io.xg2g.process.WorkDirectory;
import io.xg2g.schedule.TimeSource;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Producer of what all channels share. */
@Singleton
class LiveStreamParts {
    @Produces
    @Singleton
    LiveStream.Sources sources(Feeds feeds, MediaProcesses processes, MediaInspector inspector) {
        return new LiveStream.Sources(feeds, processes, inspector);
    }

    @Produces
    @Singleton
    WindowTranscoder.Tools tools(Dispatcher dispatcher, Profiles profiles, WorkDirectory work, Thumbnails thumbnails) {
        return new WindowTranscoder.Tools(dispatcher, profiles, work, thumbnails);
    }

    @Produces
    @Singleton
    LiveStream.Parts parts(
            LiveSettings settings,
            LiveStream.Sources sources,
            WindowTranscoder.Tools tools,
            EncodingCapacity capacity,
            LiveMetrics metrics,
            EventPublisher events) {
        return new LiveStream.Parts(settings, sources, tools, capacity, metrics, TimeSource.SYSTEM, events::publish);
    }
}
