package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Channel in the directory of an upload target.
 *
 * @param directory that of the channel
 */
record UploadedChannel(Path directory) {
    private static final Pattern URI_LINE = Pattern.compile("(?m)^([^#\\n].*)$|URI=\"([^\"]+)\"");

    /** Checks the playlists and all that they name, and decodes them; they are ended for that. */
    void assertPlays() throws IOException {
        String master = Files.readString(directory.resolve("master.m3u8"));
        List<String> playlists = uris(master);
        assertThat(playlists)
                .isNotEmpty()
                .allSatisfy(uri -> assertThat(directory.resolve(uri)).exists());
        for (String playlist : playlists) {
            Path file = directory.resolve(playlist);
            String text = Files.readString(file);
            assertThat(text)
                    .doesNotContain("token=")
                    .doesNotContain("CAN-BLOCK-RELOAD")
                    .doesNotContain("http");
            String withoutGaps = withoutGaps(text);
            assertThat(uris(withoutGaps))
                    .allSatisfy(uri -> assertThat(file.resolveSibling(uri)).exists());
            // ffmpeg opens the segments of gaps, too; without the end it would wait for the next segment.
            Files.writeString(file, withoutGaps + "#EXT-X-ENDLIST\n");
            assertThat(Ffprobe.decodeErrors(file)).isEmpty();
        }
        assertManifestPlays();
    }

    private void assertManifestPlays() throws IOException {
        Path manifest = directory.resolve("manifest.mpd");
        String text = Files.readString(manifest);
        assertThat(text).doesNotContain("token=").doesNotContain("Location");
        // Otherwise ffmpeg would wait for the next segment, and begin with the latest ones.
        Files.writeString(
                manifest,
                text.replace("type=\"dynamic\"", "type=\"static\"")
                        .replaceFirst(" availabilityStartTime=\"[^\"]*\"", "")
                        .replaceFirst(" minimumUpdatePeriod=\"[^\"]*\"", "")
                        .replaceFirst(" timeShiftBufferDepth=\"[^\"]*\"", ""));
        // ffmpeg reads one of the periods, which after a restart may have video only.
        assertThat(Ffprobe.stream(manifest, "video").getString("codec_name")).isEqualTo("h264");
    }

    /** Returns a playlist without its gaps. */
    static String withoutGaps(String playlist) {
        return playlist.replaceAll("#EXT-X-GAP\n#EXTINF:.*\n.*\n", "");
    }

    /** Returns the URIs in a playlist. */
    static List<String> uris(String playlist) {
        return URI_LINE.matcher(playlist)
                .results()
                .map(line -> line.group(1) == null ? line.group(2) : line.group(1))
                .toList();
    }
}
