package io.xg2g.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.cluster.Lease;
import io.xg2g.cluster.TestCluster;
import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CameraOwnershipTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final TestCluster cluster = new TestCluster(time);
    private final Gateway a = new Gateway("a");
    private final Gateway b = new Gateway("b");
    private final Map<String, Camera> cameras = new TreeMap<>();

    /** A gateway that captures what it has. */
    private final class Gateway {
        final TestCluster.Gateway gateway;
        final CameraOwnership ownership;
        Map<String, Lease> own = Map.of();

        Gateway(String name) {
            gateway = cluster.add(name);
            ownership = new CameraOwnership(gateway.leases, gateway.members, new Random(name.hashCode()));
        }

        /** Releases what it has given up, as soon as that has stopped. */
        void share() {
            Map<String, Lease> before = own;
            own = ownership.share(cameras);
            before.forEach((id, lease) -> {
                if (!own.containsKey(id)) {
                    lease.release().join();
                }
            });
        }
    }

    private void advance(int seconds, Gateway... gateways) {
        for (int i = 0; i < seconds; i++) {
            for (Gateway each : gateways) {
                each.share();
            }
            time.advance(SECOND);
        }
    }

    private void add(String id, @Nullable String channel) {
        try {
            CameraSpec spec = new CameraSpec(
                    id,
                    null,
                    channel == null ? "rtsp://192.0.2.1/" + id : null,
                    null,
                    null,
                    channel,
                    null,
                    null,
                    null,
                    null);
            cameras.put(id, spec.camera(Camera.Origin.API, false));
        } catch (io.xg2g.channel.ChannelSpec.Invalid invalid) {
            throw new AssertionError(invalid);
        }
    }

    private void add(int number) {
        for (int i = 0; i < number; i++) {
            add("camera-" + i, null);
        }
    }

    @Test
    void camerasAreDividedAndEachIsCapturedOnce() {
        add(10);
        advance(1, a, b);

        assertThat(a.own).hasSize(5);
        assertThat(b.own).hasSize(5);
        assertThat(a.own.keySet()).doesNotContainAnyElementsOf(b.own.keySet());
    }

    @Test
    void theCamerasOfADeadGatewayAreTakenWithinFiveSeconds() {
        add(10);
        advance(3, a, b);
        cluster.cut(a.gateway);
        advance(5, b);

        assertThat(b.own).hasSize(10);
        assertThat(a.own.values()).noneMatch(Lease::isValid);
        cluster.join(a.gateway);
        time.advance(SECOND);
        assertThat(a.own.values()).allMatch(Lease::isLost);
    }

    @Test
    void whatOneGatewayDoesNotTakeAnotherOneTakes() {
        add(10);
        advance(4, a);

        assertThat(a.own).hasSize(10);
    }

    @Test
    void aGatewayThatComesLaterGetsItsShare() {
        add(10);
        advance(4, a);
        advance(40, a, b);

        assertThat(a.own).hasSize(5);
        assertThat(b.own).hasSize(5);
    }

    @Test
    void aCameraThatIsRemovedIsGivenUp() {
        add(2);
        advance(1, a, b);
        cameras.clear();
        advance(1, a, b);

        assertThat(a.own).isEmpty();
        assertThat(b.own).isEmpty();
    }

    @Test
    void aCameraWhoseLeaseWasReleasedIsNotHere() {
        add(1);
        advance(4, a);
        a.own.get("camera-0").release().join();
        b.ownership.take("camera-0");
        advance(1, b, a);

        assertThat(a.own).isEmpty();
        assertThat(b.own).containsOnlyKeys("camera-0");
    }

    @Test
    void aCameraWithTheSourceOfAChannelIsCapturedWhereThatRuns() {
        Lease channel = b.gateway.acquire("channel:news");
        add("studio", "news");
        advance(5, a, b);
        assertThat(a.own).isEmpty();
        assertThat(b.own).containsOnlyKeys("studio");

        channel.release().join();
        a.gateway.acquire("channel:news");
        advance(5, a, b);
        assertThat(a.own).containsOnlyKeys("studio");
        assertThat(b.own).isEmpty();
    }
}
