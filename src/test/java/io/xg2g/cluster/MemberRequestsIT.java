package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.xg2g.connection.ConnectionSettings;
import io.xg2g.connection.Endpoint;
import io.xg2g.http.FreePort;
import io.xg2g.http.InternalServers;
import io.xg2g.problem.ProblemType;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A gateway that asks others, over their real ports. */
class MemberRequestsIT {
    private static final String SECRET = "a secret of thirty-two characters";

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Member> gateways = new TreeMap<>();
    private final Map<String, Member> workers = new TreeMap<>();
    private final List<InnerServer> servers = new ArrayList<>();
    private final MemberRequests requests = requests("a", SECRET, Patience.seconds(60));

    @AfterEach
    void close() {
        servers.forEach(InnerServer::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private MemberRequests requests(String name, String secret, Duration limit) {
        return new MemberRequests(
                Optional.of(name),
                gateways::values,
                workers::values,
                new InnerClient(vertx, new Signatures(name, secret, TimeSource.SYSTEM)),
                new ObjectMapper(),
                limit,
                TimeSource.SYSTEM);
    }

    private void gateway(String name, MemberRequests.Part part) {
        Endpoint broker = new Endpoint("127.0.0.1", 5672, false, "", Optional.empty(), Optional.empty());
        ConnectionSettings connection = new ConnectionSettings(broker, Duration.ofSeconds(2), 1, Optional.empty());
        ClusterSettings.Shared shared = new ClusterSettings.Shared(
                name,
                "127.0.0.1",
                "127.0.0.1",
                0,
                SECRET,
                new ClusterSettings.Broker(connection, "slots"),
                Optional.empty());
        MemberRequests own = requests(name, SECRET, Patience.seconds(60));
        InnerServer server = new InnerServer(
                vertx,
                Optional.of(shared),
                new Signatures(name, SECRET, TimeSource.SYSTEM),
                new InternalServers(),
                routes -> {
                    own.serve(routes, "part", part);
                    routes.router().get(MemberRequests.path("silent")).handler(_ -> {});
                    routes.router()
                            .get(MemberRequests.path("foreign"))
                            .handler(exchange -> exchange.response().end("<html>"));
                });
        server.start();
        servers.add(server);
        gateways.put(name, new Member(name, "127.0.0.1", server.port(), "run"));
    }

    private Member member(String name) {
        return Objects.requireNonNull(gateways.get(name));
    }

    private MemberRequests.Parts<String[]> ask(String name) {
        return requests.gateways(MemberRequests.path(name), String[].class);
    }

    @Test
    void eachOtherGatewayAnswersItsPart() {
        gateway("a", () -> Optional.of(List.of("never asked")));
        gateway("c", () -> Optional.of(List.of("of c", "«Öl»")));
        gateway("b", () -> Optional.of(List.of("of b")));

        MemberRequests.Parts<String[]> parts = ask("part");

        assertThat(parts.missing()).isEmpty();
        assertThat(parts.parts().keySet()).containsExactly("b", "c");
        assertThat(parts.parts().get("c")).containsExactly("of c", "«Öl»");
    }

    /** Response of which nothing is used where no part is missing. */
    private static HttpServerResponse untouched() {
        return (HttpServerResponse) Proxy.newProxyInstance(
                HttpServerResponse.class.getClassLoader(),
                new Class<?>[] {HttpServerResponse.class},
                (_, method, _) -> {
                    throw new AssertionError(method);
                });
    }

    @Test
    void listsHaveThePartsOfTheWorkersWhereThatIsWanted() {
        gateway("c", () -> Optional.of(List.of("of c")));
        gateway("b", () -> Optional.of(List.of("of b")));
        workers.put("b", gateways.remove("b"));

        assertThat(requests.joined("part", String[].class, List.of("own"), untouched()))
                .containsExactly("own", "of c");
        assertThat(requests.joinedWithWorkers("part", String[].class, List.of("own"), untouched()))
                .containsExactly("own", "of b", "of c");
    }

    @Test
    void whoDoesNotAnswerIsMissing() throws Exception {
        gateway("b", () -> Optional.of(List.of("of b")));
        gateway("bug", () -> {
            throw new IllegalStateException("a bug of the test");
        });
        gateway("refuses", () -> {
            throw ProblemType.INVALID_REQUEST.with("refused").asException();
        });
        gateway("without", Optional::empty);
        gateways.put("away", new Member("away", "127.0.0.1", FreePort.any(), "run"));

        MemberRequests.Parts<String[]> parts = ask("part");

        assertThat(parts.parts().keySet()).containsExactly("b");
        assertThat(parts.missing()).containsExactly("away", "bug", "refuses", "without");
        assertThat(ask("foreign").missing()).contains("b");
    }

    @Test
    void whoDoesNotAnswerInTimeIsMissing() {
        gateway("b", () -> Optional.of(List.of("of b")));
        MemberRequests impatient = requests("a", SECRET, Duration.ofMillis(50));
        assertThat(impatient
                        .gateways(MemberRequests.path("silent"), String[].class)
                        .missing())
                .containsExactly("b");
    }

    @Test
    void theReasonOfOneIsKnown() {
        gateway("without", Optional::empty);
        gateway("b", () -> Optional.of(1));
        assertThat(requests.get(member("without"), MemberRequests.path("part")).join())
                .isEqualTo(new MemberRequests.Answer.Refused(404));
        assertThat(requests.get(member("b"), MemberRequests.path("part")).join())
                .isInstanceOfSatisfying(
                        MemberRequests.Answer.Ok.class,
                        ok -> assertThat(ok.body()).hasToString("1"));
    }

    @Test
    void aGatewayThatHasGoneIsMissing() {
        gateway("b", () -> Optional.of(List.of("of b")));
        assertThat(ask("part").missing()).isEmpty();
        gateways.remove("b");
        assertThat(ask("part").missing()).containsExactly("b");
    }

    @Test
    void aStrangerIsToldNothing() {
        gateway("b", () -> Optional.of(List.of("of b")));
        MemberRequests stranger = requests("a", "another secret of thirty-two characters", Patience.seconds(60));
        assertThat(stranger.get(member("b"), MemberRequests.path("part")).join())
                .isEqualTo(new MemberRequests.Answer.Refused(401));
    }

    @Test
    void aProgramOnItsOwnAsksNobody() {
        MemberRequests alone = new MemberRequests(
                Optional.empty(),
                () -> {
                    throw new AssertionError();
                },
                List::of,
                new InnerClient(vertx, new Signatures("", "", TimeSource.SYSTEM)),
                new ObjectMapper(),
                Patience.seconds(60),
                TimeSource.SYSTEM);
        assertThat(alone.gateways(MemberRequests.path("part"), String[].class).parts())
                .isEmpty();
    }
}
