package io.xg2g.receiver;

import static io.xg2g.receiver.ReceiverSetup.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.receiver.Detection.Found;
import io.xg2g.receiver.Detection.NotFound;
import io.xg2g.receiver.ProbeResult.Cause;
import io.xg2g.receiver.ProbeResult.Failed;
import io.xg2g.receiver.ProbeResult.Proven;
import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The rules of detection, with simulated ports and manual time. */
class DetectorTest {
    private static final ProbeResult REFUSED = new Failed(DetectionError.REFUSED, Cause.PORT, true, "refused");
    private static final ProbeResult SCRAMBLED =
            new Failed(DetectionError.SCRAMBLED, Cause.SERVICE, false, "scrambled");

    private final ManualTime time = new ManualTime();
    private Duration measuredFrom = Duration.ZERO;
    private final ReceiverSettings settings = ReceiverSetup.settings(1);
    private final ConnectionPacer pacer = new ConnectionPacer(settings.timing().pace(), 1, time);
    private final DetectionCache cache =
            new DetectionCache(settings.timing().remember(), settings.timing().rememberFailure(), time);
    private final Map<Integer, ProbeResult> answers = new TreeMap<>(Map.of(8001, new Proven(), 17999, new Proven()));
    private final Set<String> relayed = new HashSet<>();
    private final List<Integer> asked = new ArrayList<>();
    private final List<String> counted = new ArrayList<>();
    private final Detector detector = new Detector(
            settings,
            List.of(port(8001, StreamPort.Role.STREAM), port(17999, StreamPort.Role.RELAY)),
            (port, service) -> {
                asked.add(port);
                return answers.get(port);
            },
            service -> relayed.contains(service.key()),
            pacer,
            cache,
            (port, error) -> counted.add(port.number() + " " + error.code()));

    /** Returns how long the detector has slept since the latest call. */
    private Duration pauses() {
        Duration pauses = time.sinceStart().minus(measuredFrom);
        measuredFrom = time.sinceStart();
        return pauses;
    }

    private void advance(Duration step) {
        time.advance(step);
        measuredFrom = measuredFrom.plus(step);
    }

    @Test
    void theStreamPortIsProbedFirst() throws InterruptedException {
        assertThat(found(1).port()).isEqualTo(8001);
        assertThat(asked).containsExactly(8001);
    }

    @Test
    void theRelayIsProbedFirstForServicesOnItsList() throws InterruptedException {
        relayed.add(service(1).key());
        assertThat(found(1).port()).isEqualTo(17999);
        assertThat(found(2).port()).isEqualTo(8001);
    }

    @Test
    void connectionsArePacedByASecond() throws InterruptedException {
        answers.put(8001, SCRAMBLED);
        found(1);
        assertThat(pauses()).isEqualTo(Duration.ofSeconds(1));
        advance(Duration.ofMillis(400));
        found(2);
        assertThat(pauses()).isEqualTo(Duration.ofMillis(1600));
        advance(Duration.ofSeconds(2));
        pacer.stream().orElseThrow().close();
        assertThat(pauses()).isZero();
        found(3);
        assertThat(pauses()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void anAddressIsCachedForADay() throws InterruptedException {
        found(1);
        time.advance(Duration.ofHours(24).minusMillis(1));
        found(1);
        assertThat(asked).hasSize(1);
        time.advance(Duration.ofMillis(1));
        found(1);
        assertThat(asked).hasSize(2);
    }

    @Test
    void aFailureIsCachedForAMinute() throws InterruptedException {
        answers.replaceAll((port, answer) -> REFUSED);
        NotFound first = notFound(1);
        answers.replaceAll((port, answer) -> new Proven());
        time.advance(Duration.ofSeconds(60).minusMillis(1));
        assertThat(notFound(1)).isEqualTo(first);
        time.advance(Duration.ofMillis(1));
        found(1);
    }

    @Test
    void thePortThatWorkedLastIsProbedFirst() throws InterruptedException {
        answers.put(8001, SCRAMBLED);
        found(1);
        time.advance(Duration.ofHours(25));
        asked.clear();
        found(1);
        assertThat(asked).containsExactly(17999);
    }

    @Test
    void theMostSpecificErrorIsReportedAndAllAreCounted() throws InterruptedException {
        answers.put(8001, SCRAMBLED);
        answers.put(17999, REFUSED);
        NotFound notFound = notFound(1);
        assertThat(notFound.error()).isEqualTo(DetectionError.SCRAMBLED);
        assertThat(notFound.retryable()).isFalse();
        assertThat(notFound.detail()).isEqualTo("port 8001: scrambled (scrambled); port 17999: refused (refused)");
        assertThat(counted).containsExactly("8001 scrambled", "17999 refused");
    }

    @Test
    void aRelayThatWasDownIsProbedAgain() throws InterruptedException {
        relayed.add(service(1).key());
        answers.put(8001, SCRAMBLED);
        answers.put(17999, REFUSED);
        assertThat(notFound(1).retryable()).isTrue();
    }

    @Test
    void anOpenBreakerFailsAtOnceAndIsNotCached() throws InterruptedException {
        answers.put(8001, REFUSED);
        for (int i = 0; i < 5; i++) {
            found(i);
        }
        pauses();
        asked.clear();
        found(10);
        assertThat(asked).containsExactly(17999);
        assertThat(pauses()).isEqualTo(Duration.ofSeconds(1));

        answers.put(17999, SCRAMBLED);
        notFound(11);
        notFound(11);
        assertThat(asked).containsExactly(17999, 17999, 17999);
        assertThat(counted).endsWith("8001 circuit_open", "17999 scrambled", "8001 circuit_open", "17999 scrambled");
    }

    @Test
    void noProbeIsSentWhileMaxStreamsAreOpen() throws InterruptedException {
        StreamPermit permit = pacer.stream().orElseThrow();
        assertThat(pacer.stream()).isEmpty();
        assertThat(notFound(1).error()).isEqualTo(DetectionError.BUSY);
        assertThat(asked).isEmpty();
        permit.close();
        permit.close();
        assertThat(pacer.streams()).isZero();
        found(1);
    }

    @Test
    void credentialsAreSentAndNeverPrinted() {
        ReceiverSettings secret = new ReceiverSettings(
                "box",
                settings.url(),
                Optional.of(new Credentials("root", "s3cret")),
                settings.ports(),
                settings.timing(),
                0);
        Found found = new Found(settings.url(), 8001, secret.headers());
        assertThat(found.headers()).containsEntry("Authorization", "Basic cm9vdDpzM2NyZXQ=");
        assertThat(secret + " " + found).doesNotContain("root", "s3cret", "cm9vdDpzM2NyZXQ");
    }

    private Found found(int service) throws InterruptedException {
        return (Found) detector.detect(service(service));
    }

    private NotFound notFound(int service) throws InterruptedException {
        return (NotFound) detector.detect(service(service));
    }

    private static StreamPort port(int number, StreamPort.Role role) {
        return new StreamPort(number, role, new PortBreaker("box", number, ReceiverSetup.BREAKER, _ -> {}));
    }
}
