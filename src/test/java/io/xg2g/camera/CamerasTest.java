package io.xg2g.camera;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.MemorySize;
import io.xg2g.cluster.Lease;
import io.xg2g.cluster.Leases;
import io.xg2g.cluster.Members;
import io.xg2g.cluster.Ownership;
import io.xg2g.cluster.TestAlone;
import io.xg2g.cluster.TestCluster;
import io.xg2g.events.TestEvents;
import io.xg2g.ffmpeg.FrameOptions;
import io.xg2g.ffmpeg.RtspTransport;
import io.xg2g.ingest.Feed;
import io.xg2g.ingest.SourceException;
import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TasksByHand;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cameras that are removed, and are added again while the earlier one is still stopping. */
@Timeout(60)
class CamerasTest {
    private static final CameraSpec DOOR = door("news");

    @TempDir
    Path directory;

    private final ManualTime time = new ManualTime();
    private final TasksByHand tasks = new TasksByHand();
    private CameraCatalog catalog;
    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    /** Source without images, which ends when the test says so. */
    private final class SlowFeed implements Feed {
        @Override
        public int read(byte[] buffer) {
            opened.countDown();
            close();
            return -1;
        }

        @Override
        public SourceException end() {
            return new SourceException(SourceException.Kind.ENDED, "the cable was pulled");
        }

        @Override
        public void close() {
            Awaitility.await().forever().until(() -> mayEnd.getCount() == 0);
        }
    }

    @AfterEach
    void end() {
        mayEnd.countDown();
    }

    /** Otherwise it would be lost before its next frame is due. */
    @ParameterizedTest
    @CsvSource({"10, 10", "1, 10", "0.1, 30"})
    void aCameraThatGivesFramesRarelyHasTheTimeOfThreeFrames(double fps, int seconds) {
        Camera camera = new Camera(
                "a",
                "a",
                new Camera.Input.OfChannel("tv"),
                new FrameOptions(fps, 5, Optional.empty(), RtspTransport.TCP),
                Camera.Origin.API);

        assertThat(RunningCamera.frameTimeout(camera, settings())).isEqualTo(Duration.ofSeconds(seconds));
    }

    private static <T> Instance<T> none() {
        @SuppressWarnings("unchecked")
        Instance<T> none = (Instance<T>) Proxy.newProxyInstance(
                CamerasTest.class.getClassLoader(), new Class<?>[] {Instance.class}, (_, _, _) -> Stream.empty());
        return none;
    }

    private CameraSettings settings() {
        return new CameraSettings(new CameraConfig() {
            @Override
            public String workers() {
                return "auto";
            }

            @Override
            public String buffer() {
                return "auto";
            }

            @Override
            public MemorySize bufferBytes() {
                return new MemorySize(BigInteger.valueOf(1 << 20));
            }

            @Override
            public int inFlight() {
                return 1;
            }

            @Override
            public Duration frameTimeout() {
                return Duration.ofSeconds(10);
            }

            @Override
            public Duration frozenAfter() {
                return Duration.ZERO;
            }

            @Override
            public Path camerasFile() {
                return directory.resolve("cameras.json");
            }
        });
    }

    private Cameras cameras(Leases leases, Members members) {
        CameraSettings settings = settings();
        CameraFeeds feeds = new CameraFeeds(null, null, null) {
            @Override
            Feed open(Camera camera, Duration timeout) {
                return new SlowFeed();
            }
        };
        // Sources of clients are not checked: the cameras have those of channels.
        catalog = new CameraCatalog(Map::of, settings, null, TestAlone.maps(), new ObjectMapper());
        Cameras cameras = new Cameras(
                catalog,
                settings,
                feeds,
                new CameraMetrics(new SimpleMeterRegistry()),
                TestEvents.publisher(),
                leases,
                members,
                tasks,
                none(),
                none());
        cameras.begin(new StartupEvent());
        return cameras;
    }

    private static CameraSpec door(String channel) {
        return new CameraSpec("door", null, null, null, null, channel, null, null, null, null);
    }

    private static RunningCamera added(Cameras cameras) {
        return cameras.add(DOOR).here().orElseThrow();
    }

    private static void awaitWaiting(Thread thread) {
        Awaitility.await().atMost(Patience.seconds(30)).until(() -> switch (thread.getState()) {
            case WAITING, TIMED_WAITING, TERMINATED -> true;
            default -> false;
        });
    }

    @Test
    void aCameraThatIsAddedAgainWhileItStopsHasALeaseOfItsOwn() throws InterruptedException {
        Cameras cameras = cameras(TestAlone.leases(), TestAlone.members());
        Lease first = added(cameras).lease();
        opened.await();
        Thread removal = Thread.ofPlatform().start(() -> cameras.remove("door"));
        Awaitility.await()
                .atMost(Patience.seconds(30))
                .until(() -> cameras.all().isEmpty());
        awaitWaiting(removal);
        CompletableFuture<RunningCamera> added = new CompletableFuture<>();
        Thread addition = Thread.ofPlatform().start(() -> added.complete(added(cameras)));
        awaitWaiting(addition);

        mayEnd.countDown();
        removal.join();
        assertThat(added.join().lease().isValid()).isTrue();
        assertThat(first.isOver()).isTrue();
        assertThat(cameras.find("door")).isSameAs(added.join());
        cameras.remove("door");
        assertThat(cameras.all()).isEmpty();
    }

    @Test
    void aCameraWhoseLeaseIsOverIsCreatedAgainWithItsNextOne() {
        TestCluster.Gateway gateway = new TestCluster(time).add("a");
        Cameras cameras = cameras(gateway.leases, gateway.members);
        RunningCamera first = added(cameras);
        mayEnd.countDown();
        first.release();

        Awaitility.await().atMost(Patience.seconds(30)).until(() -> {
            tasks.run("cameras-share");
            return cameras.all().stream().anyMatch(camera -> camera.lease().isValid());
        });
        assertThat(cameras.find("door")).isNotSameAs(first);
    }

    /** It was added: 503 would have the client add it again. */
    @Test
    void aCameraWhoseChannelRunsElsewhereIsAdded() {
        TestCluster cluster = new TestCluster(time);
        TestCluster.Gateway gateway = cluster.add("a");
        var _ = cluster.add("b").acquire("channel:sport");
        Cameras cameras = cameras(gateway.leases, gateway.members);

        Cameras.Added added = cameras.add(door("sport"));

        assertThat(added.id()).isEqualTo("door");
        assertThat(added.here()).isEmpty();
        assertThat(catalog.all()).containsKey("door");
    }

    @Test
    void aLeaseThatNoCameraUsesIsReleased() throws InterruptedException {
        TestCluster cluster = new TestCluster(time);
        TestCluster.Gateway gateway = cluster.add("a");
        TestCluster.Gateway other = cluster.add("b");
        Cameras cameras = cameras(gateway.leases, gateway.members);
        added(cameras).tick();
        opened.await();
        catalog.remove("door");
        catalog.add(door("sport"));
        tasks.run("cameras-share");
        assertThat(cameras.all()).as("replaced, and still stopping").isEmpty();
        catalog.remove("door");
        tasks.run("cameras-share");
        assertThat(other.leases.acquire("camera:door").join()).isInstanceOf(Ownership.OwnedBy.class);

        mayEnd.countDown();
        Awaitility.await()
                .atMost(Patience.seconds(30))
                .until(() -> other.leases.acquire("camera:door").join() instanceof Ownership.Held);
    }
}
