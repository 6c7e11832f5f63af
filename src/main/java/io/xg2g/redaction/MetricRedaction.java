package io.xg2g.redaction;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.inject.Singleton;
import java.util.List;

/** Redacts credentials in the tags of every metric. */
@Singleton
class MetricRedaction implements MeterFilter {

    @Override
    public Meter.Id map(Meter.Id id) {
        List<Tag> tags = id.getTags();
        List<Tag> redacted = tags.stream()
                .map(tag -> Tag.of(tag.getKey(), Redaction.text(tag.getValue())))
                .toList();
        return redacted.equals(tags) ? id : id.replaceTags(redacted);
    }
}
