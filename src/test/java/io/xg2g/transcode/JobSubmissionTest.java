package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.Profiles;
import io.xg2g.storage.Sha256;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobSubmissionTest {
    private static final byte[] NO_BODY = {};

    private static JobSubmission submission(@Nullable UploadOption upload) {
        TranscodeOptions options =
                TranscodeOptions.of(new Profiles(Map::of), "720p", null, null, List.of(), List.of("respond-async"));
        return new JobSubmission(options, "client", "http://127.0.0.1:8080", null, null, "key", upload);
    }

    @Test
    void aRequestWithoutAnUploadHasTheFingerprintOfProgramsThatDoNotKnowOfUploads() {
        String before = "720p\0NORMAL\0\0\0\0\0";
        assertThat(submission(null).fingerprint(NO_BODY))
                .isEqualTo(HexFormat.of().formatHex(Sha256.of(before)));
    }

    @Test
    void requestsWithOtherUploadsAreOthers() {
        List<String> fingerprints = Stream.of(
                        submission(null),
                        submission(new UploadOption(null)),
                        submission(new UploadOption("vod/a")),
                        submission(new UploadOption("vod/b")))
                .map(submission -> submission.fingerprint(NO_BODY))
                .toList();
        assertThat(fingerprints).doesNotHaveDuplicates();
        assertThat(submission(new UploadOption("vod/a")).fingerprint(NO_BODY)).isEqualTo(fingerprints.get(2));
    }

    @Test
    void theDirectoryIsStoredWithTheRequest() {
        assertThat(submission(null).request("id", 1, 0, "f").uploadPath()).isNull();
        assertThat(submission(new UploadOption(null)).request("id", 1, 0, "f").uploadPath())
                .isEqualTo("transcodes/id");
        assertThat(submission(new UploadOption("vod/a"))
                        .request("id", 1, 0, "f")
                        .uploadPath())
                .isEqualTo("vod/a");
    }
}
