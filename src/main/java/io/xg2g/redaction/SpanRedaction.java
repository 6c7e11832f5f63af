package io.xg2g.redaction;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import jakarta.inject.Singleton;

/**
 * Redacts credentials in the attributes with which spans start, which include all that HTTP instrumentation sets.
 * Queries are removed completely, since they contain playback tokens.
 */
@Singleton
class SpanRedaction implements SpanProcessor {
    private static final AttributeKey<String> QUERY = AttributeKey.stringKey("url.query");

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        span.getAttributes().forEach((key, value) -> {
            if (key.getType() == AttributeType.STRING) {
                AttributeKey<String> text = AttributeKey.stringKey(key.getKey());
                String given = (String) value;
                String redacted =
                        text.equals(QUERY) ? Redaction.text("?" + given).substring(1) : Redaction.text(given);
                if (!redacted.equals(given)) {
                    span.setAttribute(text, redacted);
                }
            }
        });
    }

    @Override
    public boolean isStartRequired() {
        return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
        return false;
    }
}
