package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.delivery.DashManifest;
import io.xg2g.delivery.DashParser;
import io.xg2g.delivery.RandomChannel;
import io.xg2g.packaging.Timeline;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Names in manifests and manifests with gaps, compared with what a parser of XML finds that checks the schema. */
class UploadedManifestTest {
    private static final String NAME = "tv/manifest.mpd";

    @RandomTest(tries = 100)
    void aManifestNamesWhatAPlayerRequestsAndWithGapsNothingThatIsMissing(RandomInput random) {
        for (Timeline timeline : RandomChannel.run(random.anyLong(), random.between(1, 20))) {
            Optional<String> written =
                    DashManifest.writeFile(timeline, Instant.ofEpochSecond(1_795_000_000L), Duration.ofMinutes(1));
            if (written.isEmpty()) {
                continue;
            }
            String manifest = written.get();
            Set<String> named = UploadedManifest.names(NAME, manifest);
            assertThat(named).isEqualTo(requested(manifest)).isNotEmpty();
            assertThat(requested(UploadedManifest.withGaps(NAME, manifest, named::contains)))
                    .isEqualTo(named);

            Set<String> stored = new HashSet<>(named);
            double missing = random.of(0.05, 0.3, 1.0);
            stored.removeIf(_ -> random.chance(missing));
            String marked = UploadedManifest.withGaps(NAME, manifest, stored::contains);
            if (!marked.isEmpty()) {
                assertThat(stored).containsAll(requested(marked));
                assertThat(UploadedManifest.names(NAME, marked))
                        .isEqualTo(requested(marked))
                        .isNotEmpty();
            }
        }
    }

    private static Set<String> requested(String manifest) {
        Set<String> names = new HashSet<>();
        DashParser.uris(manifest).forEach(uri -> names.add("tv/" + uri));
        return names;
    }

    @Test
    void namesThatLeadOutsideAreIgnored() {
        String foreign = """
                <AdaptationSet id="1"><SegmentTemplate initialization="../../other/init.mp4" media="../$Time$.m4s">\
                <SegmentTimeline><S t="1" d="2" r="1"/></SegmentTimeline></SegmentTemplate>\
                <Representation id="720p"/></AdaptationSet>""";
        assertThat(UploadedManifest.names(NAME, foreign)).isEmpty();
    }
}
