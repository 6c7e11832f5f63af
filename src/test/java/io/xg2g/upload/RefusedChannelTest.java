package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A channel of which the target takes nothing, beside others. */
class RefusedChannelTest extends UploaderFixture {
    @ParameterizedTest
    @ValueSource(strings = {"bad/master.m3u8", "bad/.*m3u8", "bad/.*"})
    void aChannelThatTheTargetDoesNotTakeDoesNotHoldUpOthers(String denied) {
        // More than the channel makes until its first object is given up, less than it makes at all.
        memory = 300_000;
        target.denied = denied;
        restart();
        Source bad = new Source("bad", 7, 100);
        Source good = new Source("tv", 8, 100);
        while (bad.hasNext() && good.hasNext()) {
            bad.next().forEach(queues::add);
            good.next().forEach(queues::add);
            pass(20);
        }
        pass(120);

        assertThat(good.made).filteredOn(name -> !StoredObject.isPlaylist(name)).isSubsetOf(target.history.keySet());
        assertThat(target.objects).containsKey("tv/master.m3u8");
    }

    /** Of each channel, whether its windows are in memory or held when the other one begins. */
    @ParameterizedTest
    @CsvSource({"30000,1", "30000,40", "300000,1", "300000,40", "300000,400"})
    void aChannelThatFillsMemoryBeforeAnythingSucceedsDoesNotHoldUpOthers(long room, int refusals) {
        memory = room;
        target.denied = "bad/.*";
        restart();
        Source bad = new Source("bad", 7, 200);
        Source good = new Source("tv", 8, 20);
        while (bad.hasNext()) {
            bad.next().forEach(queues::add);
        }
        pass(refusals);
        assertThat(target.history).isEmpty();
        while (good.hasNext()) {
            good.next().forEach(queues::add);
        }

        pass(300);

        assertThat(good.made).filteredOn(name -> !StoredObject.isPlaylist(name)).isSubsetOf(target.history.keySet());
        assertThat(target.objects).containsKey("tv/master.m3u8");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 20, 60})
    void windowsThatWereHeldArriveInOrderWhenTheTargetTakesThem(int seconds) {
        memory = 30_000;
        target.denied = "bad/.*";
        restart();
        Source bad = new Source("bad", 7, 60);
        while (bad.hasNext()) {
            bad.next().forEach(queues::add);
            if (bad.next % 10 == 0) {
                pass(seconds);
            }
        }
        target.denied = "";

        finish();

        assertThat(target.history.keySet())
                .filteredOn(name -> !StoredObject.isPlaylist(name))
                .containsExactlyElementsOf(bad.made);
        assertThat(queues.waiting()).isZero();
        assertThat(queues.held().channels()).isEmpty();
    }

    @Test
    void windowsThatAreHeldAreTheFirstThatAreDroppedWhenTheQueueIsFull() {
        queues = queues(Map.of(), 400_000);
        target.denied = "bad/.*";
        restart();
        Source bad = new Source("bad", 7, 100);
        while (bad.hasNext()) {
            bad.next().forEach(queues::add);
            pass(1);
        }
        Source good = new Source("tv", 8, 20);
        while (good.hasNext()) {
            good.next().forEach(queues::add);
        }
        long dropped = (long) registry.get("xg2g.upload.dropped.windows")
                .tag("reason", "full")
                .counter()
                .count();

        pass(300);

        assertThat(dropped).isPositive();
        assertThat(good.made).filteredOn(name -> !StoredObject.isPlaylist(name)).isSubsetOf(target.history.keySet());
    }
}
