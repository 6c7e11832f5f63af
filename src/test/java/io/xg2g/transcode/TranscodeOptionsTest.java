package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.dispatch.Priority;
import io.xg2g.ffmpeg.Container;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TranscodeOptionsTest {
    private final Profiles profiles = new Profiles(Map::of);

    @Test
    void defaultsAreNormalPrioritySynchronousAndTheContainerOfTheInput() {
        TranscodeOptions order = order("720p", null, null, List.of(), List.of());

        assertThat(order.priority()).isEqualTo(Priority.NORMAL);
        assertThat(order.respondAsync()).isFalse();
        assertThat(order.containerFor(source("mpegts"))).isEqualTo(Container.MPEG_TS);
        assertThat(order.containerFor(source("mov,mp4,m4a,3gp,3g2,mj2"))).isEqualTo(Container.MP4);
        assertThat(order.containerFor(source("matroska,webm"))).isEqualTo(Container.MPEG_TS);
    }

    @Test
    void thePreviewProfileHasPreviewPriorityByDefault() {
        assertThat(order("preview", null, null, List.of(), List.of()).priority())
                .isEqualTo(Priority.PREVIEW);
        assertThat(order("preview", null, "normal", List.of(), List.of()).priority())
                .isEqualTo(Priority.NORMAL);
        assertThat(order("720p", null, "preview", List.of(), List.of()).priority())
                .isEqualTo(Priority.PREVIEW);
    }

    @Test
    void activePriorityCannotBeRequested() {
        assertThatThrownBy(() -> order("720p", null, "active", List.of(), List.of()))
                .isInstanceOf(ProblemException.class)
                .hasMessage("priority is 'active'; allowed: normal, preview");
    }

    @ParameterizedTest
    @CsvSource({"video/mp4,MP4", "VIDEO/MP4,MP4", "video/mp2t,MPEG_TS"})
    void theAcceptHeaderSelectsTheContainer(String accept, Container container) {
        assertThat(order("720p", null, null, List.of(MediaType.valueOf(accept)), List.of())
                        .containerFor(source("mpegts")))
                .isEqualTo(container);
    }

    @Test
    void unknownAcceptTypesAreSkippedIfAnotherMatches() {
        List<MediaType> accept = List.of(MediaType.valueOf("text/html"), MediaType.valueOf("video/mp4"));
        assertThat(order("720p", null, null, accept, List.of()).container()).contains(Container.MP4);
    }

    @Test
    void aConcreteTypePrecedesAWildcardAndQZeroExcludes() {
        List<MediaType> both = List.of(MediaType.valueOf("multipart/mixed"), MediaType.valueOf("video/mp4"));
        List<MediaType> unwanted = List.of(MediaType.valueOf("video/mp4;q=0"), MediaType.valueOf("*/*"));
        assertThat(order("abr", null, null, both, List.of()).container()).contains(Container.MP4);
        assertThat(order("abr", null, null, unwanted, List.of()).container()).isEmpty();
    }

    @Test
    void aPreviewIsNotAcceptedAsVideo() {
        assertThatThrownBy(() -> order("preview", null, null, List.of(MediaType.valueOf("video/mp4")), List.of()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("allowed: image/jpeg");
    }

    @Test
    void anAcceptHeaderWithoutAMatchIsAProblem() {
        assertThatThrownBy(() -> order("720p", null, null, List.of(MediaType.valueOf("image/jpeg")), List.of()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().type()).isEqualTo(ProblemType.NOT_ACCEPTABLE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"respond-async", "Respond-Async", "wait=10, respond-async", "respond-async; foo=1"})
    void respondAsyncIsFoundAmongPreferences(String prefer) {
        assertThat(order("720p", null, null, List.of(), List.of(prefer)).respondAsync())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wait=10", "not-respond-async", "respond-asynchronously"})
    void otherPreferencesAreNotRespondAsync(String prefer) {
        assertThat(order("720p", null, null, List.of(), List.of(prefer)).respondAsync())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "ü", "x\u0000", "x\n"})
    void aStreamNameWithControlCharactersIsRefused(String stream) {
        assertThatThrownBy(() -> order("720p", stream, null, List.of(), List.of()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("allowed: 1 to 128");
    }

    @Test
    void anUnknownProfileIsReportedEscapedWithTheAllowedOnes() {
        assertThatThrownBy(() -> order("8k\n<script>", null, null, List.of(), List.of()))
                .hasMessage("profile is '8k?<script>'; allowed: 480p, 720p, 1080p, abr, preview");
    }

    private TranscodeOptions order(
            @Nullable String profile,
            @Nullable String stream,
            @Nullable String priority,
            List<MediaType> accept,
            List<String> prefer) {
        return TranscodeOptions.of(profiles, profile, stream, priority, accept, prefer);
    }

    private static MediaInfo source(String format) {
        MediaInfo.Video video = new MediaInfo.Video("h264", 1920, 1080, "yuv420p", false, 25, 1);
        return new MediaInfo(format, Duration.ofSeconds(2), video, null);
    }
}
