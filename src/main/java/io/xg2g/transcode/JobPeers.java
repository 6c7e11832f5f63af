package io.xg2g.transcode;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.cluster.InnerRoutes;
import io.xg2g.cluster.Member;
import io.xg2g.cluster.MemberRequests;
import io.xg2g.cluster.Members;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.http.PublicUrl;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import io.xg2g.problem.Unavailable;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Jobs of the other gateways, as they tell, and what this one tells them. Thread-safe; asking blocks. */
@Singleton
class JobPeers implements OtherJobs {
    private static final String PATH = MemberRequests.path("jobs");
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final MemberRequests requests;
    private final Members members;
    private final TranscodeJobs jobs;
    private final Dispatcher dispatcher;
    private final ObjectMapper json;

    JobPeers(MemberRequests requests, Members members, TranscodeJobs jobs, Dispatcher dispatcher, ObjectMapper json) {
        this.requests = requests;
        this.members = members;
        this.jobs = jobs;
        this.dispatcher = dispatcher;
        this.json = json;
    }

    /** Serves the other gateways. */
    void register(@Observes InnerRoutes routes, JobKeys keys) {
        routes.router().get(PATH).handler(exchange -> requests.answer(exchange, () -> Optional.of(page(exchange))));
        routes.router().get(PATH + "/:id").handler(exchange -> {
            String id = Objects.requireNonNull(exchange.pathParam("id"));
            if (keys.isReceiving(id)) {
                exchange.response().setStatusCode(409).end();
            } else {
                requests.answer(exchange, () -> jobs.find(id).map(job -> view(job, exchange)));
            }
        });
    }

    private JobPage page(RoutingContext exchange) {
        JobPage.Query query = JobPage.Query.of(
                parameter(exchange, "state"), parameter(exchange, "limit"), parameter(exchange, "cursor"));
        return query.page(jobs.newestFirst(), job -> view(job, exchange), path -> prefix(exchange) + path);
    }

    private JobView view(TranscodeJob job, RoutingContext exchange) {
        return view(job, path -> prefix(exchange) + path);
    }

    private JobView view(TranscodeJob job, UnaryOperator<String> link) {
        return JobView.of(job, job.state(), dispatcher.position(job.id), jobs, link);
    }

    private static String prefix(RoutingContext exchange) {
        @Nullable String prefix = parameter(exchange, "prefix");
        return prefix == null ? "" : prefix;
    }

    private static @Nullable String parameter(RoutingContext exchange, String name) {
        List<String> values = exchange.queryParam(name);
        return values.isEmpty() ? null : values.getFirst();
    }

    /** Returns a page of the jobs of the whole cluster. */
    JobPage list(JobPage.Query query, PublicUrl own) {
        UnaryOperator<String> link = own::path;
        JobPage here = query.page(jobs.newestFirst(), job -> view(job, link), link);
        if (requests.self().isEmpty()) {
            return here;
        }
        MemberRequests.Parts<JobPage> others =
                requests.gateways(PATH + "?" + query.written() + "&prefix=" + encoded(own.path("")), JobPage.class);
        List<JobPage> all = new ArrayList<>(others.parts().values());
        all.add(here);
        return query.merged(all, others.missing(), link);
    }

    @Override
    public Optional<JobView> find(String owner, String id, String prefix) {
        Optional<Member> member = members.find(owner);
        if (member.isEmpty()) {
            throw away(owner);
        }
        return switch (requests.get(member.get(), PATH + "/" + id + "?prefix=" + encoded(prefix))
                .join()) {
            case MemberRequests.Answer.Ok(var body) -> {
                try {
                    yield Optional.of(json.readValue(body.getBytes(), JobView.class));
                } catch (IOException foreign) {
                    throw away(owner);
                }
            }
            case MemberRequests.Answer.Refused(int status) when status == 404 -> Optional.empty();
            case MemberRequests.Answer.Refused(int status)
            when status == 409 ->
                throw ProblemType.IDEMPOTENCY_KEY_IN_USE
                        .with("a request with this Idempotency-Key is being received by gateway " + owner)
                        .retryAfter(RETRY)
                        .asException();
            case MemberRequests.Answer.Refused _, MemberRequests.Answer.None _ -> throw away(owner);
        };
    }

    private static ProblemException away(String owner) {
        return Unavailable.cluster("the transcode is at gateway " + owner + ", which does not answer")
                .asException();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
