package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.VideoTrackInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DashRulesTest {
    private static final String MANIFEST = """
            <?xml version="1.0" encoding="UTF-8"?>
            <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" type="dynamic"
                availabilityStartTime="1970-01-01T00:00:00Z" publishTime="1970-01-01T00:00:20Z" minimumUpdatePeriod="PT1S"
                minBufferTime="PT2S" timeShiftBufferDepth="PT60S" suggestedPresentationDelay="PT6S">
              <Period id="p10000" start="PT10S">
                <AdaptationSet id="1" contentType="video" mimeType="video/mp4" segmentAlignment="true" startWithSAP="1">
                  <SegmentTemplate timescale="90000" presentationTimeOffset="900000"
                      initialization="$RepresentationID$/init-1.mp4" media="$RepresentationID$/$Time$.m4s">
                    <SegmentTimeline><S t="900000" d="180000" r="1"/></SegmentTimeline>
                  </SegmentTemplate>
                  <Representation id="720p" codecs="avc1.64001f" width="1280" height="720" frameRate="25" bandwidth="2000000"/>
                </AdaptationSet>
              </Period>
              <Period id="p14000" start="PT14S">
                <AdaptationSet id="1" contentType="video" mimeType="video/mp4" segmentAlignment="true" startWithSAP="1">
                  <SegmentTemplate timescale="90000" presentationTimeOffset="1260000"
                      initialization="$RepresentationID$/init-2.mp4" media="$RepresentationID$/$Time$.m4s">
                    <SegmentTimeline><S t="1260000" d="180000"/></SegmentTimeline>
                  </SegmentTemplate>
                  <Representation id="720p" codecs="avc1.64001f" width="1280" height="720" frameRate="25" bandwidth="2000000"/>
                </AdaptationSet>
              </Period>
              <UTCTiming schemeIdUri="urn:mpeg:dash:utc:direct:2014" value="1970-01-01T00:00:20Z"/>
            </MPD>
            """;

    private static final Optional<VideoTrackInfo> VIDEO =
            Optional.of(new VideoTrackInfo("avc1.64001f", 1280, 720, 90_000));

    private final Map<String, ServedMedia> media = new HashMap<>();

    DashRulesTest() {
        for (long time : new long[] {900_000, 1_080_000, 1_260_000}) {
            media.put("720p/" + time + ".m4s", segment(500_000, time, 180_000, true, VIDEO));
        }
    }

    private static ServedMedia segment(
            int bytes, long time, long duration, boolean sync, Optional<VideoTrackInfo> video) {
        return new ServedMedia(bytes, 90_000, time - 7200, time, duration, 50, sync, video);
    }

    private String violations(String manifest) {
        return String.join("\n", DashRules.violations(DashParser.read(manifest), media));
    }

    @Test
    void aValidManifestHasNoViolation() {
        assertThat(violations(MANIFEST)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            availabilityStartTime="1970-01-01T00:00:00Z"     | availabilityStartTime="1970-01-01T00:01:00Z"     | published before
            timeShiftBufferDepth="PT60S"                     | timeShiftBufferDepth="PT4S"                      | presentation delay
            minimumUpdatePeriod="PT1S"                       | ''                                               | either updated or has an end
            start="PT14S"                                    | start="PT9S"                                     | does not begin after
            start="PT14S"                                    | start="PT13S"                                    | after its period
            presentationTimeOffset="900000"                  | presentationTimeOffset="990000"                  | before its period
            publishTime="1970-01-01T00:00:20Z"               | publishTime="1970-01-01T00:00:15Z"               | after its publication
            bandwidth="2000000"                              | bandwidth="1000000"                              | bits are due after
            height="720"                                     | height="1080"                                    | not as its representation
            t="1260000" d="180000"                           | t="1260000" d="170000"                           | lasts 180000
            """)
    void aBrokenManifestIsFound(String valid, String broken, String violation) {
        String changed = MANIFEST.replace(valid, broken);

        assertThat(changed).isNotEqualTo(MANIFEST);
        assertThat(violations(changed)).contains(violation);
    }

    @Test
    void brokenSegmentsAreFound() {
        media.put("720p/900000.m4s", segment(500_000, 903_600, 180_000, true, VIDEO));
        media.put("720p/1080000.m4s", segment(500_000, 1_080_000, 176_400, false, VIDEO));
        media.put(
                "720p/1260000.m4s",
                new ServedMedia(500_000, 48_000, 1_260_000, 1_260_000, 180_000, 50, true, Optional.empty()));

        assertThat(violations(MANIFEST))
                .contains("900000.m4s: begins at 896400, the timeline has 900000")
                .contains("1080000.m4s: lasts 176400, the timeline has 180000")
                .contains("1080000.m4s: does not begin with a stream access point")
                .contains("1260000.m4s: timescale 48000, the set has 90000");
    }
}
