package io.xg2g.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.problem.ProblemException;
import io.xg2g.schedule.PeriodicTasks;
import io.xg2g.schedule.TimeSource;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks other members, by their ports for members, for their parts of what this gateway shows of the whole cluster. All are asked at
 * once, and waited for during 2 s at most. Thread-safe; blocks.
 */
@Singleton
public class MemberRequests {
    /** Response header with the names of the members whose parts are missing in the answer. */
    public static final String MISSING = "X-Missing-Members";

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger(MemberRequests.class);
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final int MAX_BYTES = 32 << 20;

    private final Optional<String> self;
    private final Supplier<? extends Collection<Member>> gateways;
    private final Supplier<? extends Collection<Member>> workers;
    private final InnerClient client;
    private final ObjectMapper json;
    private final Duration limit;
    private final RecentMembers recent;

    /**
     * Parts of an answer.
     *
     * @param parts by the names of the members that have answered, without this one
     * @param missing names of those that have not, or that were gateways until recently, in their order
     */
    public record Parts<T>(Map<String, T> parts, List<String> missing) {}

    /** Answer of a member. */
    public sealed interface Answer {

        /** Its part. */
        record Ok(Buffer body) implements Answer {}

        /** It answered with another status than 200. */
        record Refused(int status) implements Answer {}

        /**
         * It did not answer.
         *
         * @param reason for the log
         */
        record None(String reason) implements Answer {}
    }

    @Inject
    MemberRequests(ClusterSettings settings, Members members, SlotBroker slots, InnerClient client, ObjectMapper json) {
        this(
                settings.shared().map(ClusterSettings.Shared::name),
                members::gateways,
                slots::workerMembers,
                client,
                json,
                LIMIT,
                TimeSource.SYSTEM);
    }

    /**
     * Creates one.
     *
     * @param self name of this member; empty for a program on its own, which asks nobody
     * @param gateways returns those that are alive, with this one; none for a worker
     * @param workers returns those that are alive; none for a worker
     * @param limit time limit of an answer
     */
    public MemberRequests(
            Optional<String> self,
            Supplier<? extends Collection<Member>> gateways,
            Supplier<? extends Collection<Member>> workers,
            InnerClient client,
            ObjectMapper json,
            Duration limit,
            TimeSource time) {
        this.self = self;
        this.gateways = gateways;
        this.workers = workers;
        this.client = client;
        this.json = json;
        this.limit = limit;
        this.recent = new RecentMembers(time);
    }

    /** Remembers who is a gateway, so that one that has died meanwhile is named. */
    void start(@Observes StartupEvent event, PeriodicTasks tasks) {
        if (self.isPresent()) {
            tasks.every(LOOK, "recent-members", this::others);
        }
    }

    /** What a member answers. */
    public interface Part {
        /**
         * Returns what is sent as JSON; empty for the status 404. Runs on a thread that may block.
         *
         * @throws ProblemException if the request is refused
         */
        Optional<?> get();
    }

    /** Returns the path of a part of this name, on the port for members. */
    public static String path(String name) {
        return InnerServer.ROOT + name;
    }

    /** Serves this gateway's own part of a list to the others. */
    public void serve(InnerRoutes routes, String name, Part part) {
        routes.router().get(path(name)).handler(exchange -> answer(exchange, part));
    }

    /** Answers another gateway. */
    public void answer(RoutingContext exchange, Part part) {
        exchange.vertx()
                .<Optional<byte[]>>executeBlocking(
                        () -> {
                            Optional<?> found = part.get();
                            return found.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(json.writeValueAsBytes(found.get()));
                        },
                        false)
                .onSuccess(body -> body.ifPresentOrElse(
                        bytes -> exchange.response()
                                .putHeader(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON)
                                .end(Buffer.buffer(bytes)),
                        () -> exchange.response().setStatusCode(404).end()))
                .onFailure(failure -> exchange.response()
                        .setStatusCode(
                                failure instanceof ProblemException refused
                                        ? refused.problem().type().status()
                                        : 500)
                        .end());
    }

    /**
     * Returns a list of the whole cluster: the parts of all gateways in the order of their names.
     *
     * @param own part of this gateway
     * @param response gets the header {@value #MISSING} if a part is missing
     */
    public <T> List<T> joined(String name, Class<T[]> type, List<T> own, HttpServerResponse response) {
        return joined(List.of(), name, type, own, response);
    }

    /** Returns a list of the whole cluster as {@link #joined}, with the parts of the workers. */
    public <T> List<T> joinedWithWorkers(String name, Class<T[]> type, List<T> own, HttpServerResponse response) {
        return joined(workers.get(), name, type, own, response);
    }

    private <T> List<T> joined(
            Collection<Member> further, String name, Class<T[]> type, List<T> own, HttpServerResponse response) {
        if (self.isEmpty()) {
            return own;
        }
        List<Member> asked = others();
        asked.addAll(further);
        Parts<T[]> others = ask(asked, recent.gone(), path(name), type);
        addMissing(others.missing(), response);
        TreeMap<String, List<T>> all = new TreeMap<>();
        others.parts().forEach((member, part) -> all.put(member, List.of(part)));
        all.put(self.get(), own);
        return all.values().stream().flatMap(List::stream).toList();
    }

    /** Names the members that are missing in a response; {@code null} for none. */
    public static void addMissing(@Nullable List<String> missing, HttpServerResponse response) {
        if (missing != null && !missing.isEmpty()) {
            response.putHeader(MISSING, String.join(", ", missing));
        }
    }

    /** Returns the name of this member; empty for a program on its own. */
    public Optional<String> self() {
        return self;
    }

    /**
     * Asks all other gateways.
     *
     * @param uri path with query, on their ports for members
     */
    public <T> Parts<T> gateways(String uri, Class<T> type) {
        return self.isEmpty() ? new Parts<>(Map.of(), List.of()) : ask(others(), recent.gone(), uri, type);
    }

    /** Asks some members; {@code gone} are missing from the beginning. */
    private <T> Parts<T> ask(Collection<Member> members, Collection<String> gone, String uri, Class<T> type) {
        Map<String, CompletableFuture<Answer>> asked = new TreeMap<>();
        members.forEach(member -> asked.put(member.name(), get(member, uri)));
        ObjectReader reader = json.readerFor(type);
        Map<String, T> parts = new TreeMap<>();
        TreeSet<String> missing = new TreeSet<>(gone);
        asked.forEach((name, answer) -> {
            Optional<T> part = read(name, answer.join(), reader);
            part.ifPresentOrElse(known -> parts.put(name, known), () -> missing.add(name));
        });
        return new Parts<>(parts, List.copyOf(missing));
    }

    private List<Member> others() {
        List<Member> others = new ArrayList<>(gateways.get());
        others.removeIf(member -> self.filter(member.name()::equals).isPresent());
        recent.seen(others.stream().map(Member::name).toList());
        return others;
    }

    private static <T> Optional<T> read(String name, Answer answer, ObjectReader reader) {
        return switch (answer) {
            case Answer.Ok(Buffer body) -> {
                try {
                    yield Optional.of(reader.readValue(body.getBytes()));
                } catch (IOException foreign) {
                    yield missing(name, "answer not understood: " + foreign.getMessage());
                }
            }
            case Answer.Refused(int status) -> missing(name, "status " + status);
            case Answer.None(String reason) -> missing(name, reason);
        };
    }

    private static <T> Optional<T> missing(String name, String reason) {
        LOG.warnf("part of a member missing: member=%s, reason=%s", name, reason);
        return Optional.empty();
    }

    /** Asks one member. Never completes exceptionally. Does not block. */
    public CompletableFuture<Answer> get(Member member, String uri) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        client.request(HttpMethod.GET, member.host(), member.port(), uri, null)
                .onFailure(answer::completeExceptionally)
                .onSuccess(request -> {
                    var _ = answer.whenComplete((_, failure) -> {
                        if (failure != null) {
                            request.reset();
                        }
                    });
                    request.send()
                            .onFailure(answer::completeExceptionally)
                            .onSuccess(response -> collect(response, answer));
                });
        return answer.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> new Answer.None(String.valueOf(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure)));
    }

    private static void collect(HttpClientResponse response, CompletableFuture<Answer> answer) {
        Buffer body = Buffer.buffer();
        response.exceptionHandler(answer::completeExceptionally);
        response.endHandler(_ -> answer.complete(
                response.statusCode() == 200 ? new Answer.Ok(body) : new Answer.Refused(response.statusCode())));
        response.handler(chunk -> {
            if (body.length() + chunk.length() > MAX_BYTES) {
                answer.completeExceptionally(new IOException("the answer has more than " + MAX_BYTES + " bytes"));
            } else {
                body.appendBuffer(chunk);
            }
        });
    }
}
