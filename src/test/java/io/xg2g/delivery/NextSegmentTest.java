package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.packaging.Segment;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import io.xg2g.packaging.Window;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.List;
import org.junit.jupiter.api.Test;

class NextSegmentTest {
    @RandomTest(tries = 100)
    void theWindowOfTheNextSegmentIsTheNextOneOfItsEpoch(RandomInput random) {
        List<Timeline> timelines = RandomChannel.run(random.anyLong(), 40);
        for (int i = 1; i < timelines.size() - 1; i++) {
            Timeline before = timelines.get(i - 1);
            Timeline after = timelines.get(i);
            if (before.newest().windows().isEmpty()
                    || after.newest().windows().isEmpty()
                    || before.newest().start() != after.newest().start()) {
                continue;
            }
            Window latest = before.newest().windows().getLast();
            Window next = after.newest().windows().getLast();
            for (int track = 0; track < before.newest().tracks().size(); track++) {
                Track each = before.newest().tracks().get(track);
                Segment segment = next.segments().get(track);
                if (next.number() == latest.number() + 1
                        && segment.time() == latest.segments().get(track).end()) {
                    assertThat(NextSegment.window(before, each.name(), segment.time()))
                            .hasValue(next.number());
                    assertThat(NextSegment.window(before, each.name(), segment.end()))
                            .as("the one after it")
                            .isEmpty();
                }
                for (Window window : before.newest().windows()) {
                    Segment listed = window.segments().get(track);
                    if (listed.gap()) {
                        assertThat(NextSegment.window(before, each.name(), listed.time()))
                                .as("it is being encoded")
                                .hasValue(window.number());
                    }
                }
            }
        }
    }

    @Test
    void nothingFollowsAfterTheEnd() {
        Timeline ended = RandomChannel.run(7, 5).getLast();
        Window latest = ended.newest().windows().getLast();
        String track = ended.newest().tracks().getFirst().name();

        assertThat(NextSegment.window(ended, track, latest.segments().getFirst().end()))
                .isEmpty();
        assertThat(NextSegment.window(new Timeline(List.of(), 2, false), track, 0))
                .isEmpty();
        assertThat(NextSegment.window(RandomChannel.run(7, 5).getFirst(), "4320p", 0))
                .isEmpty();
    }
}
