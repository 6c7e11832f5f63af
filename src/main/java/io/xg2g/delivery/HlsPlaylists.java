package io.xg2g.delivery;

import io.xg2g.channel.LivePath;
import io.xg2g.channel.PlaybackPass;
import io.xg2g.channel.PlaylistText;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.media.LanguageCode;
import io.xg2g.packaging.AudioRendition;
import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import io.xg2g.packaging.Window;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/** Writer of a channel's HLS playlists (RFC 8216bis). URLs are relative to that of the playlist. */
public final class HlsPlaylists {
    private static final DateTimeFormatter DATE_TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final Comparator<Track> BEST_FIRST = Comparator.comparingInt(Track::height)
            .thenComparingLong(Track::maxBitrate)
            .reversed();
    private static final int MILLIS = 1000;
    private static final int MICROS = 1_000_000;

    private HlsPlaylists() {}

    /**
     * Writes the multivariant playlist (4.4.6): the video tracks of the newest epoch, highest first, for each of its
     * audio groups; only the audio if there is no video.
     */
    public static String master(Timeline timeline, String channelName, PlaybackPass pass) {
        List<Track> tracks = timeline.newest().tracks();
        List<AudioGroup> audio = AudioGroup.of(tracks);
        StringBuilder out = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        out.append("#EXT-X-SESSION-DATA:DATA-ID=\"com.apple.hls.title\",VALUE=")
                .append(PlaylistText.quoted(channelName))
                .append('\n');
        List<Track> video =
                tracks.stream().filter(Track::isVideo).sorted(BEST_FIRST).toList();
        if (video.isEmpty() && audio.size() == 1 && audio.getFirst().members().size() == 1) {
            Track only = audio.getFirst().members().getFirst().track();
            variant(out, timeline, only, Optional.empty(), pass);
            return out.toString();
        }
        audio.forEach(group -> media(out, group, pass));
        if (audio.isEmpty()) {
            video.forEach(track -> variant(out, timeline, track, Optional.empty(), pass));
        }
        for (AudioGroup group : audio) {
            video.forEach(track -> variant(out, timeline, track, Optional.of(group), pass));
            if (video.isEmpty()) {
                variant(out, timeline, group.members().getFirst().track(), Optional.of(group), pass);
            }
        }
        return out.toString();
    }

    /** Writes the members of an audio group (4.4.6.1). */
    private static void media(StringBuilder out, AudioGroup group, PlaybackPass pass) {
        for (AudioGroup.Member member : group.members()) {
            boolean first = member.equals(group.members().getFirst());
            String language = member.info().language();
            out.append("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"").append(group.id());
            out.append("\",NAME=").append(PlaylistText.quoted(member.name()));
            if (!language.isEmpty()) {
                out.append(",LANGUAGE=\"").append(LanguageCode.tag(language)).append('"');
            }
            out.append(",DEFAULT=").append(first ? "YES" : "NO");
            out.append(",AUTOSELECT=").append(member.selectable() ? "YES" : "NO");
            member.characteristics()
                    .ifPresent(characteristics -> out.append(",CHARACTERISTICS=\"")
                            .append(characteristics)
                            .append('"'));
            out.append(",CHANNELS=\"").append(member.track().audioOrUnknown().channels());
            out.append("\",URI=\"")
                    .append(pass.on(member.track().name() + "/" + LivePath.MEDIA_PLAYLIST))
                    .append("\"\n");
        }
    }

    /** Writes a variant (4.4.6.2). */
    private static void variant(
            StringBuilder out, Timeline timeline, Track track, Optional<AudioGroup> audio, PlaybackPass pass) {
        Bitrates bitrates = Bitrates.of(timeline, track.name());
        long bound = bitrates.bound(track);
        long average = bitrates.averageOf(track);
        Set<String> codecs = new LinkedHashSet<>(List.of(track.codec()));
        if (audio.isPresent()) {
            List<Track> members =
                    audio.get().members().stream().map(AudioGroup.Member::track).toList();
            members.forEach(member -> codecs.add(member.codec()));
            ToLongFunction<Track> bounds =
                    member -> Bitrates.of(timeline, member.name()).bound(member);
            ToLongFunction<Track> averages =
                    member -> Bitrates.of(timeline, member.name()).averageOf(member);
            bound = most(members, bounds) + (track.isVideo() ? bound : 0);
            average = most(members, averages) + (track.isVideo() ? average : 0);
        }
        out.append("#EXT-X-STREAM-INF:BANDWIDTH=").append(bound);
        out.append(",AVERAGE-BANDWIDTH=").append(average);
        out.append(",CODECS=\"").append(String.join(",", codecs)).append('"');
        if (track.isVideo()) {
            out.append(",RESOLUTION=").append(track.width()).append('x').append(track.height());
            out.append(",FRAME-RATE=").append(String.format(Locale.ROOT, "%.3f", track.frameRate()));
        }
        audio.ifPresent(group -> out.append(",AUDIO=\"").append(group.id()).append('"'));
        out.append(track.isVideo() ? ",CLOSED-CAPTIONS=NONE" : "");
        out.append('\n')
                .append(pass.on(track.name() + "/" + LivePath.MEDIA_PLAYLIST))
                .append('\n');
    }

    private static long most(List<Track> tracks, ToLongFunction<Track> bitrate) {
        return tracks.stream().mapToLong(bitrate).max().orElse(0);
    }

    /**
     * Writes the media playlist of a track (4.4.3, 4.4.4). An epoch without the track is listed with the
     * video of the nearest height, or the most similar audio, because players do not reload the multivariant playlist;
     * without one, windows are gaps.
     *
     * @throws IllegalArgumentException if the timeline is empty
     */
    static String media(Timeline timeline, Track track, PlaybackPass pass) {
        return media(timeline, track, pass, true);
    }

    /**
     * Writes the media playlist of a track for a server of files, which can neither block reloads nor check tokens; otherwise
     * as the playlists that the program serves.
     *
     * @throws IllegalArgumentException if the timeline is empty
     */
    public static String staticMedia(Timeline timeline, Track track) {
        return media(timeline, track, PlaybackPass.NONE, false);
    }

    private static String media(Timeline timeline, Track track, PlaybackPass pass, boolean blocking) {
        if (timeline.isEmpty()) {
            throw new IllegalArgumentException("the timeline is empty: track=" + track.name());
        }
        StringBuilder out = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:")
                .append(hasGap(timeline, track) ? 8 : 7)
                .append("\n#EXT-X-TARGETDURATION:")
                .append(timeline.targetDurationSeconds())
                .append("\n#EXT-X-MEDIA-SEQUENCE:")
                .append(timeline.epochs().getFirst().windows().getFirst().number())
                .append("\n#EXT-X-DISCONTINUITY-SEQUENCE:")
                .append(timeline.epochs().getFirst().id())
                .append(blocking ? "\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,HOLD-BACK=" + holdBack(timeline) : "")
                .append("\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        long id = timeline.epochs().getFirst().id();
        for (Epoch epoch : timeline.epochs()) {
            out.append(epoch.windows().isEmpty() || epoch.id() == id ? "" : "#EXT-X-DISCONTINUITY\n");
            id = epoch.id();
            epoch(out, epoch, track, pass);
        }
        return out.append(timeline.ended() ? "#EXT-X-ENDLIST\n" : "").toString();
    }

    /** Returns the distance from the end at which players begin, in seconds: the minimum (4.4.3.8). */
    private static int holdBack(Timeline timeline) {
        return 3 * timeline.targetDurationSeconds();
    }

    private static void epoch(StringBuilder out, Epoch epoch, Track track, PlaybackPass pass) {
        int found = indexOf(epoch, track);
        boolean present = found >= 0;
        int index = present ? found : epoch.leading();
        Track listed = epoch.tracks().get(index);
        int timescale = listed.timescale();
        String directory = !present || listed.name().equals(track.name()) ? "" : "../" + listed.name() + "/";
        if (present
                && epoch.windows().stream()
                        .anyMatch(window -> !window.segments().get(index).gap())) {
            String init = pass.on(directory + LivePath.initFile(epoch.start()));
            out.append("#EXT-X-MAP:URI=\"").append(init).append("\"\n");
        }
        for (Window window : epoch.windows()) {
            Segment segment = window.segments().get(index);
            out.append("#EXT-X-PROGRAM-DATE-TIME:");
            DATE_TIME.formatTo(Instant.ofEpochMilli(Math.floorDiv(segment.time() * MILLIS, timescale)), out);
            out.append(!present || segment.gap() ? "\n#EXT-X-GAP\n#EXTINF:" : "\n#EXTINF:");
            seconds(out, segment.duration(), timescale);
            out.append(",\n")
                    .append(pass.on(directory + segment.time() + LivePath.SEGMENT))
                    .append('\n');
        }
    }

    /** Returns the index of the track, or of the most similar one of its kind; -1 if there is none. */
    private static int indexOf(Epoch epoch, Track track) {
        return epoch.indexOf(track.name())
                .orElseGet(() -> IntStream.range(0, epoch.tracks().size())
                        .filter(i -> epoch.tracks().get(i).kind() == track.kind())
                        .boxed()
                        .min(Comparator.comparingInt(
                                i -> distance(track, epoch.tracks().get(i))))
                        .orElse(-1));
    }

    /** Returns how little a track can replace another: by height; by language and role, being the default, and codec. */
    private static int distance(Track track, Track other) {
        if (track.isVideo()) {
            return Math.abs(other.height() - track.height());
        }
        AudioTrackInfo wanted = track.audioOrUnknown().info();
        AudioTrackInfo found = other.audioOrUnknown().info();
        return (found.isSameContent(wanted) ? 0 : 4)
                + (other.name().equals(AudioRendition.NAME) ? 0 : 2)
                + (found.codec() == wanted.codec() ? 0 : 1);
    }

    private static boolean hasGap(Timeline timeline, Track track) {
        return timeline.epochs().stream().anyMatch(epoch -> {
            int index = indexOf(epoch, track);
            return epoch.windows().stream()
                    .anyMatch(
                            window -> index < 0 || window.segments().get(index).gap());
        });
    }

    /** Formats a duration in seconds with six decimal places, rounded to nearest. */
    private static void seconds(StringBuilder out, long duration, int timescale) {
        long micros = (duration * MICROS + timescale / 2) / timescale;
        out.append(micros / MICROS).append('.');
        String fraction = Long.toString(micros % MICROS);
        out.append("0".repeat(6 - fraction.length())).append(fraction);
    }
}
