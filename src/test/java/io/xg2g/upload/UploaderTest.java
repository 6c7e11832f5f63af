package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The uploader with real queues in memory, against a target that fails as it likes and checks what it has. */
class UploaderTest extends UploaderFixture {
    @RandomTest(tries = 20)
    void everySegmentArrivesInOrderAndPlaylistsNameWhatIsThere(RandomInput random) {
        deleteOld = random.chance(0.5);
        target = new MemoryTarget(random);
        restart();
        Map<String, Source> sources = new LinkedHashMap<>();
        for (String channel : List.of("tv", "door", "radio")) {
            sources.put(channel, new Source(channel, random.anyLong(), random.between(1, 40)));
        }
        while (sources.values().stream().anyMatch(Source::hasNext)) {
            target.failing = random.of(0.0, 0.05, 0.2);
            target.gone = random.chance(0.1);
            sources.values().stream()
                    .filter(source -> source.hasNext() && random.chance(0.7))
                    .flatMap(source -> source.next().stream())
                    .forEach(queues::add);
            uploader.step();
            time.advance(Duration.ofMillis(random.between(0, 4000)));
            if (random.chance(0.02)) {
                sources.values().forEach(Source::restart);
                kill();
            }
        }
        finish();

        sources.forEach((channel, source) -> {
            List<String> arrived = target.history.keySet().stream()
                    .filter(name -> name.startsWith(channel + "/") && !StoredObject.isPlaylist(name))
                    .toList();
            assertThat(arrived).containsExactlyElementsOf(source.made);
            assertThat(target.objects).containsKey(StoredObject.master(channel));
        });
        assertThat(queues.waiting()).isZero();
        if (deleteOld) {
            List<String> left = target.objects.keySet().stream()
                    .filter(name -> !StoredObject.isPlaylist(name))
                    .toList();
            assertThat(left).containsExactlyInAnyOrderElementsOf(target.named());
        }
    }

    @Test
    void aFullQueueDropsItsOldestWindowsWhichBecomeGaps() {
        queues = queues(Map.of(), 40_000);
        restart();
        target.gone = true;
        Source source = new Source("tv", 7, 60);
        int windows = 0;
        while (source.hasNext()) {
            List<Upload.Window> added = source.next();
            added.forEach(queues::add);
            windows += added.size();
        }
        assertThat(queues.waiting()).isLessThan(windows);

        finish();

        assertThat(registry.get("xg2g.upload.dropped.windows")
                        .tag("reason", "full")
                        .counter()
                        .count())
                .isPositive();
        assertThat(target.history.size()).isLessThan(source.made.size());
        assertThat(target.objects).containsKey("tv/master.m3u8");
    }

    /** Counted in steps, between which the uploader waits for a second if nothing is under way. */
    @Test
    void windowsThatAreTooOldAfterALongOutageDoNotHoldUpTheLatestOnes() {
        queues = queues(Map.of("max-age", "60s"), 64 << 20);
        restart();
        target.gone = true;
        Source source = new Source("tv", 7, 200);
        while (source.next < 190) {
            source.next().forEach(queues::add);
        }
        pass(10);
        assertThat(queues.held().channels()).containsExactly("tv");
        time.advance(Duration.ofSeconds(60));
        List<Upload.Window> latest = new ArrayList<>();
        while (source.hasNext()) {
            latest.addAll(source.next());
        }
        latest.forEach(queues::add);

        target.gone = false;
        pass(6);

        assertThat(queues.waiting()).isZero();
        latest.forEach(window -> assertThat(target.objects)
                .containsKeys(window.segments().stream().map(StoredObject::name).toArray(String[]::new)));
    }

    /** As a bucket whose key may put objects, but not delete them. */
    @Test
    void aTargetThatRefusesDeletionsTakesWindowsWithoutDelay() {
        deleteOld = true;
        target.keeping = true;
        restart();
        Source source = new Source("tv", 7, 400);
        while (source.hasNext()) {
            source.next().forEach(queues::add);
            pass(2);
            assertThat(queues.waiting()).isZero();
        }
        assertThat(target.objects.keySet())
                .filteredOn(name -> !StoredObject.isPlaylist(name))
                .containsExactlyElementsOf(source.made);
        assertThat(target.kept).as("deletions that were tried").isBetween(5, 30);

        target.keeping = false;
        finish();
        assertThat(target.objects.keySet())
                .filteredOn(name -> !StoredObject.isPlaylist(name))
                .containsExactlyInAnyOrderElementsOf(target.named());
    }

    /** A queue takes no delay of less than a millisecond. */
    @Test
    void aDeletionIsDoneAlsoIfItIsLookedAtJustBeforeItsTime() {
        target.objects.put("tv/720p/1.m4s", new byte[1]);
        queues.add(new Upload.Deletion("tv", 0, List.of("tv/720p/1.m4s")));
        time.advance(Uploader.RETENTION.minusNanos(1));

        pass(1);

        assertThat(target.objects).isEmpty();
    }

    @Test
    void aRefusedSegmentIsAGapAndTheRestGoesOn() {
        Source source = new Source("tv", 7, 3);
        List<Upload.Window> windows = source.next();
        String refused = windows.getFirst().segments().getLast().name();
        target.refused = Set.of(refused);
        windows.forEach(queues::add);

        finish();

        assertThat(target.objects).containsKey("tv/master.m3u8").doesNotContainKey(refused);
        assertThat(queues.waiting()).isZero();
        assertThat(registry.get("xg2g.upload.failures")
                        .tag("reason", "refused")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void premiumChannelsComeFirst() {
        queues = queues(Map.of("premium", "news"), 64 << 20);
        restart();
        Source others = new Source("tv", 7, 3);
        Source premium = new Source("news", 8, 3);
        others.next().forEach(queues::add);
        premium.next().forEach(queues::add);

        uploader.step();

        assertThat(target.history.keySet()).first().asString().startsWith("news/");
        assertThat(target.objects).containsKeys("news/master.m3u8", "tv/master.m3u8");
    }

    @Test
    void aDeadTargetIsTriedRarely() {
        target.gone = true;
        Source source = new Source("tv", 7, 100);
        for (int second = 0; second < 600; second++) {
            if (source.hasNext()) {
                source.next().forEach(queues::add);
            }
            uploader.step();
            time.advance(Duration.ofSeconds(1));
        }
        // After 1, 2, 4, 8, 16, 32, 60, 60 … seconds.
        assertThat(target.requests).isBetween(10, 16);
    }

    @Test
    void lookingUpWhatIsThereAfterARestartIsProgress() {
        Source source = new Source("tv", 7, 12);
        while (source.timelines.size() - source.next > 1) {
            source.next().forEach(queues::add);
        }
        uploader.step();
        restart();
        source.next().forEach(queues::add);
        target.failingEach = 4;

        // A second after each failure, not twice as long after each one.
        for (int second = 0; second < 60; second++) {
            uploader.step();
            time.advance(Duration.ofSeconds(1));
        }

        assertThat(queues.waiting()).isZero();
    }

    @Test
    void superfluousPlaylistsAreNotSent() {
        Source source = new Source("tv", 7, 6);
        while (source.hasNext()) {
            source.next().forEach(queues::add);
        }

        uploader.step();

        long segments = target.history.keySet().stream()
                .filter(name -> !StoredObject.isPlaylist(name))
                .count();
        long playlists = target.objects.size() - segments;
        assertThat((long) target.requests).isEqualTo(segments + playlists);
    }
}
