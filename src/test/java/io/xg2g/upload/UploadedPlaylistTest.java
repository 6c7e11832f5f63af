package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UploadedPlaylistTest {
    private static final String NAME = "tv/720p/media.m3u8";
    private static final String PLAYLIST = """
            #EXTM3U
            #EXT-X-VERSION:7
            #EXT-X-TARGETDURATION:2
            #EXT-X-MAP:URI="init-1.mp4"
            #EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:00.000Z
            #EXTINF:2.000000,
            1.m4s
            #EXTINF:2.000000,
            2.m4s
            #EXT-X-DISCONTINUITY
            #EXT-X-MAP:URI="../480p/init-3.mp4"
            #EXTINF:2.000000,
            ../480p/3.m4s
            #EXT-X-GAP
            #EXTINF:2.000000,
            ../480p/4.m4s
            """;
    private static final Set<String> ALL =
            Set.of("tv/720p/init-1.mp4", "tv/720p/1.m4s", "tv/720p/2.m4s", "tv/480p/init-3.mp4", "tv/480p/3.m4s");

    @Test
    void aPlaylistNamesWhatIsNoGap() {
        assertThat(names(PLAYLIST)).isEqualTo(ALL);
    }

    @Test
    void whatIsStoredStaysAsItIs() {
        assertThat(UploadedPlaylist.withGaps(NAME, PLAYLIST, ALL::contains)).isEqualTo(PLAYLIST);
    }

    @Test
    void aMissingSegmentBecomesAGap() {
        String marked = UploadedPlaylist.withGaps(NAME, PLAYLIST, name -> !name.equals("tv/720p/2.m4s"));

        assertThat(marked)
                .contains("#EXT-X-GAP\n#EXTINF:2.000000,\n2.m4s\n")
                .contains("#EXT-X-VERSION:8\n")
                .contains("Z\n#EXTINF:2.000000,\n1.m4s\n");
        assertThat(names(marked)).doesNotContain("tv/720p/2.m4s").hasSize(4);
    }

    @Test
    void withoutItsInitSegmentAnEpochIsAllGaps() {
        String marked = UploadedPlaylist.withGaps(NAME, PLAYLIST, name -> !name.equals("tv/720p/init-1.mp4"));

        assertThat(marked).doesNotContain("init-1.mp4");
        assertThat(names(marked)).containsExactlyInAnyOrder("tv/480p/init-3.mp4", "tv/480p/3.m4s");
    }

    @Test
    void aMultivariantPlaylistNamesItsPlaylists() {
        String master = """
                #EXTM3U
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",URI="audio/media.m3u8"
                #EXT-X-STREAM-INF:BANDWIDTH=1
                720p/media.m3u8
                """;
        assertThat(UploadedPlaylist.names("tv/master.m3u8", master.getBytes(StandardCharsets.UTF_8)))
                .containsExactlyInAnyOrder("tv/audio/media.m3u8", "tv/720p/media.m3u8");
        assertThat(UploadedPlaylist.withGaps("tv/master.m3u8", master, StoredObject::isPlaylist))
                .isEqualTo(master);
    }

    private static Set<String> names(String playlist) {
        return UploadedPlaylist.names(NAME, playlist.getBytes(StandardCharsets.UTF_8));
    }
}
