package io.xg2g.events;

import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** Query parameters of a request for events, as sent. */
public class EventQuery {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;
    private static final String SEQUENCE = "\\d{1,18}";

    @QueryParam("since")
    @Parameter(
            description = "a sequence: the events behind it; or a time (RFC 3339): the events from then on;"
                    + " default: the latest events",
            example = "2026-01-31T12:00:00Z")
    @Nullable
    String since;

    @QueryParam("limit")
    @Parameter(description = "events per page, 1 to 1000; default: 100", example = "100")
    @Nullable
    String limit;

    @QueryParam("type")
    @Parameter(
            description = "type (stream.degraded) or kind (stream) of the events; may be repeated; default: all",
            example = "stream")
    @Nullable
    List<String> type;

    @HeaderParam("Last-Event-ID")
    @Parameter(description = "sequence of the latest event that the client has received; precedes since")
    @Nullable
    String lastEventId;

    /**
     * Returns the page size.
     *
     * @throws ProblemException if the parameter is not allowed
     */
    int limit() {
        if (limit == null) {
            return DEFAULT_LIMIT;
        }
        if (!limit.matches("[1-9]\\d{0,3}") || Integer.parseInt(limit) > MAX_LIMIT) {
            throw invalid("limit is not a number of events; allowed: 1 to " + MAX_LIMIT);
        }
        return Integer.parseInt(limit);
    }

    /** Returns whether the request says where to begin. */
    boolean hasStart() {
        return since != null || lastEventId != null;
    }

    /**
     * Returns the sequence behind which to begin; 0 for the oldest event.
     *
     * @throws ProblemException if a parameter is not allowed
     */
    long sequence() {
        if (lastEventId != null) {
            if (!lastEventId.matches(SEQUENCE)) {
                throw invalid("Last-Event-ID is not the id of an event; allowed: a whole number");
            }
            return Long.parseLong(lastEventId);
        }
        return since != null && since.matches(SEQUENCE) ? Long.parseLong(since) : 0;
    }

    /**
     * Returns the condition of the wanted events: their types, and the time from which on they are wanted.
     *
     * @throws ProblemException if a parameter is not allowed
     */
    Predicate<RecordedEvent> wanted() {
        Set<String> types = types();
        Instant from = lastEventId == null && since != null && !since.matches(SEQUENCE) ? time(since) : Instant.MIN;
        return event -> (types.isEmpty() || types.contains(event.type()))
                && !event.time().isBefore(from);
    }

    /** Returns the names of the wanted types; empty for all. */
    private Set<String> types() {
        Set<String> selected = new HashSet<>();
        for (String name : type == null ? List.<String>of() : type) {
            Set<String> named = Arrays.stream(EventType.values())
                    .filter(known -> known.label().equals(name) || known.kind().equals(name))
                    .map(EventType::label)
                    .collect(Collectors.toSet());
            if (named.isEmpty()) {
                throw invalid("type is not known; allowed: " + String.join(", ", kinds())
                        + ", or one of their types, for instance " + EventType.STREAM_DEGRADED.label());
            }
            selected.addAll(named);
        }
        return selected;
    }

    private static Set<String> kinds() {
        return Arrays.stream(EventType.values()).map(EventType::kind).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Instant time(String text) {
        try {
            // An unescaped plus sign is decoded to a space.
            return OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
        } catch (DateTimeException malformed) {
            throw invalid("since is neither the sequence of an event nor an RFC 3339 time, for instance"
                    + " 2026-01-31T12:00:00Z");
        }
    }

    private static ProblemException invalid(String detail) {
        return ProblemType.INVALID_REQUEST.with(detail).asException();
    }
}
