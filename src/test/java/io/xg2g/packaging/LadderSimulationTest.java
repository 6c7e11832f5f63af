package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.ffmpeg.LadderStep;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.ingest.WindowCutter;
import io.xg2g.media.VideoTrackInfo;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** Channels on a simulated machine that encodes one window after the other. Each channel has a window every two seconds. */
class LadderSimulationTest {
    private static final Profiles PROFILES = PackagingSetup.profiles();
    private static final double USABLE = 0.85;
    private static final double TIMEOUT = 6;

    private final List<Channel> channels = new ArrayList<>();

    /** Actual speed, and the one that the probe has measured. */
    private double speed;

    private double probed;
    private final EncodingCapacity capacity = new EncodingCapacity(() -> probed, () -> false);
    private long now = Long.MAX_VALUE - 100_000_000_000L;

    /** Time at which the machine has encoded all windows so far. */
    private long idleAt = now;

    private record Encoding(long due, long done, double ran) {
        double seconds() {
            return (done - due) / 1e9;
        }
    }

    private final class Channel {
        private final SourceWindow window;
        private final EpochBuilder epoch;
        private final EncodingShare share;
        private final Deque<Encoding> pending = new ArrayDeque<>();
        private final List<LadderStep> chosen = new ArrayList<>();
        private int gaps;
        private double latestRun;

        Channel(MediaInfo.Video video) {
            FrameGrid grid = FrameGrid.of(video, PROFILES.ladderFor(video), WindowCutter.START);
            MediaInfo media = new MediaInfo("mpegts", Duration.ZERO, video, null);
            Path file = Path.of("window.ts");
            window = new SourceWindow(0, grid.durationTicks(), new SourceWindow.Video(file, media, grid, null), 0);
            epoch = EpochBuilder.of(window, 0, PROFILES, new SourceRun(List.of()), null);
            VideoTrackInfo track = new VideoTrackInfo("avc1.64001f", 1280, 720, 90_000);
            epoch.begin(
                    List.of(new EncodedWindow.Encoded("720p", new byte[1], track, 25, file, 10, 0, 180_000)),
                    Map.of(),
                    0);
            share = new EncodingShare("c" + channels.size(), capacity, () -> true);
        }

        void window() {
            while (!pending.isEmpty() && pending.getFirst().done() - now <= 0) {
                Encoding done = pending.removeFirst();
                share.published(done.seconds(), done.ran(), done.done());
            }
            double behind = pending.isEmpty() ? 0 : (now - pending.getFirst().due()) / 1e9;
            LadderStep step = share.next(epoch, window, behind, now);
            if (!chosen.isEmpty() && !step.equals(chosen.getLast())) {
                latestRun = 0;
            }
            chosen.add(step);
            double wait = Math.max(0, idleAt - now) / 1e9;
            if (wait > TIMEOUT - latestRun && wait > 0) {
                gaps++;
                pending.add(new Encoding(now, now + (long) (TIMEOUT * 1e9), 0));
                return;
            }
            latestRun = step.cost() * 2 / speed;
            idleAt = now + (long) ((wait + latestRun) * 1e9);
            pending.add(new Encoding(now, idleAt, latestRun));
        }

        List<Double> costs() {
            SourceWindow.Video video = Objects.requireNonNull(window.video());
            return LadderStep.of(video.media().video(), video.grid(), epoch.ladder, false).stream()
                    .map(LadderStep::cost)
                    .toList();
        }

        List<String> history() {
            List<String> all = new ArrayList<>();
            for (int i = 0; i < chosen.size(); i++) {
                if (i == 0 || !chosen.get(i).equals(chosen.get(i - 1))) {
                    all.add(2 * i + " s: " + chosen.get(i).text() + " cost "
                            + chosen.get(i).cost());
                }
            }
            all.add(gaps + " gaps");
            return all;
        }

        /** Number of changes of the step in the last windows. */
        long changes(int windows) {
            List<LadderStep> last = chosen.subList(chosen.size() - windows, chosen.size());
            return IntStream.range(1, windows)
                    .filter(i -> !last.get(i).equals(last.get(i - 1)))
                    .count();
        }
    }

    @RandomTest(tries = 20)
    void theChannelsFitTheMachineThatCanCarryTheirLowestRungs(RandomInput input) {
        probed = input.between(0.5, 20.0);
        speed = probed * input.between(0.9, 1.5);
        startChannels(input, input.between(1, 5));

        run(Duration.ofMinutes(5));

        double lowest = channels.stream()
                .mapToDouble(channel -> channel.costs().getLast())
                .sum();
        double total = channels.stream()
                .mapToDouble(channel -> channel.chosen.getLast().cost())
                .sum();
        if (lowest > USABLE * probed) {
            assertThat(channels)
                    .allSatisfy(channel ->
                            assertThat(channel.chosen.getLast().rungs()).hasSize(1));
            return;
        }
        assertThat(total).isLessThanOrEqualTo(USABLE * probed + 1e-6);
        for (Channel channel : channels) {
            assertThat(channel.chosen.getLast().rungs()).isNotEmpty();
            assertThat(channel.gaps).isZero();
            assertThat(channel.changes(140))
                    .as("steady input gives steady output")
                    .isZero();
            assertThat(channel.share.now().reduced()).isFalse();
        }
    }

    @RandomTest(tries = 20)
    void aSlowerMachineThanTheProbedOneIsFollowed(RandomInput input) {
        probed = input.between(2.0, 20.0);
        startChannels(input, 1);
        Channel channel = channels.getFirst();
        speed = Math.max(probed * input.between(0.3, 0.9), 1.2 * channel.costs().getLast());

        run(Duration.ofMinutes(1));
        int gaps = channel.gaps;
        run(Duration.ofMinutes(40));

        assertThat(channel.gaps).as("%s", channel.history()).isEqualTo(gaps);
        assertThat(channel.changes(300)).as("a step up and down in ten minutes").isLessThanOrEqualTo(2);
    }

    /** A step up of one channel can make another one late, which goes down in its place. */
    @RandomTest(tries = 20)
    void severalChannelsShareASlowerMachine(RandomInput input) {
        probed = input.between(2.0, 20.0);
        startChannels(input, input.between(2, 5));
        double lowest = channels.stream()
                .mapToDouble(channel -> channel.costs().getLast())
                .sum();
        speed = Math.max(probed * input.between(0.3, 0.9), 1.2 * lowest);

        run(Duration.ofMinutes(2));
        List<Integer> gaps = channels.stream().map(channel -> channel.gaps).toList();
        run(Duration.ofMinutes(40));

        for (int i = 0; i < channels.size(); i++) {
            Channel channel = channels.get(i);
            assertThat(channel.gaps - gaps.get(i))
                    .as("gaps in 1200 windows: %s", channel.history())
                    .isLessThanOrEqualTo(6);
            assertThat(channel.changes(300))
                    .as("changes in ten minutes: %s", channel.history())
                    .isLessThanOrEqualTo(12);
        }
    }

    @RandomTest(tries = 20)
    void whatIsReducedByALoadComesBackAfterIt(RandomInput input) {
        probed = 20;
        speed = 1;
        startChannels(input, input.between(1, 5));
        run(Duration.ofMinutes(2));
        speed = 30;

        run(Duration.ofMinutes(50));

        for (Channel channel : channels) {
            assertThat(channel.share.now().reduced())
                    .as("%s", channel.history())
                    .isFalse();
        }
    }

    private void startChannels(RandomInput input, int count) {
        for (int i = 0; i < count; i++) {
            int lines = input.of(1080, 720, 576);
            boolean interlaced = lines != 720 && input.chance(0.6);
            channels.add(new Channel(new MediaInfo.Video(
                    "h264",
                    lines == 576 ? 1024 : lines * 16 / 9,
                    lines,
                    "yuv420p",
                    interlaced,
                    interlaced ? 25 : input.of(25.0, 29.97, 50.0),
                    1)));
        }
    }

    private void run(Duration duration) {
        for (long i = 0; i < duration.toSeconds() / 2; i++) {
            channels.forEach(Channel::window);
            now += 2_000_000_000L;
        }
    }
}
