package io.xg2g.ffmpeg;

import io.quarkus.runtime.Startup;
import io.xg2g.config.ConfigBounds;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Profiles of requests: the built-in ones and those from {@link ProfilesConfig}. */
@ApplicationScoped
@Startup
public class Profiles {
    private static final RenditionSpec P1080 = new RenditionSpec("1080p", Codec.H264, 1080, 5_000_000, 60);
    private static final RenditionSpec P720 = new RenditionSpec("720p", Codec.H264, 720, 3_000_000, 60);
    private static final RenditionSpec P480 = new RenditionSpec("480p", Codec.H264, 480, 1_400_000, 60);
    private static final String ABR = "abr";
    private static final String CODECS = "one of h264, hevc, av1";

    private final Map<String, Profile> profiles;

    /**
     * Reads and checks the configured profiles.
     *
     * @throws io.quarkus.runtime.configuration.ConfigurationException with key, value and range of a value out of range
     */
    public Profiles(ProfilesConfig config) {
        Map<String, Profile> all = new LinkedHashMap<>();
        for (RenditionSpec spec : List.of(P480, P720, P1080)) {
            all.put(spec.name(), new Profile.Ladder(spec.name(), List.of(spec)));
        }
        all.put(ABR, new Profile.Ladder(ABR, List.of(P1080, P720, P480)));
        all.put("preview", new Profile.Preview("preview", 360));
        config.profiles().forEach((name, rung) -> all.put(name, ladder(name, rung)));
        profiles = Collections.unmodifiableMap(all);
    }

    /** Returns the profile of that name. */
    public Optional<Profile> find(String name) {
        return Optional.ofNullable(profiles.get(name));
    }

    /**
     * Returns the renditions of a source's adaptive stream: those of the profile {@code abr}; of several that would have the same
     * size, because the source is smaller, only the lowest.
     */
    public List<RenditionSpec> ladderFor(MediaInfo.Video video) {
        Map<Rung.Size, RenditionSpec> bySize = new LinkedHashMap<>();
        if (profiles.get(ABR) instanceof Profile.Ladder ladder) {
            ladder.renditions().forEach(spec -> bySize.put(Rung.Size.fit(video, spec.height()), spec));
        }
        return List.copyOf(bySize.values());
    }

    /** Returns the rendition of that name of adaptive streams. */
    public Optional<RenditionSpec> rung(String name) {
        return profiles.get(ABR) instanceof Profile.Ladder ladder
                ? ladder.renditions().stream()
                        .filter(spec -> spec.name().equals(name))
                        .findFirst()
                : Optional.empty();
    }

    /** Returns all names, the built-in ones first. */
    public Set<String> names() {
        return profiles.keySet();
    }

    /** Returns the codecs of all profiles, with H.264. */
    Set<Codec> codecs() {
        Set<Codec> codecs = EnumSet.of(Codec.H264);
        for (Profile profile : profiles.values()) {
            if (profile instanceof Profile.Ladder ladder) {
                ladder.renditions().forEach(spec -> codecs.add(spec.codec()));
            }
        }
        return codecs;
    }

    private static Profile ladder(String name, ProfilesConfig.Rung rung) {
        if (!name.matches("[A-Za-z0-9_-]{1,32}")) {
            throw ConfigBounds.outside(
                    "xg2g.profiles", "«" + name + "»", "a name of 1 to 32 letters, digits, hyphens or underscores");
        }
        String key = "xg2g.profiles." + name + ".";
        RenditionSpec spec = new RenditionSpec(
                name,
                codec(key + "codec", rung.codec()),
                (int) ConfigBounds.number(key + "height", rung.height(), 64, 4320),
                (int) ConfigBounds.number(key + "bitrate", rung.bitrate(), 100_000, 100_000_000),
                (int) ConfigBounds.number(key + "frame-rate", rung.frameRate(), 1, 120));
        return new Profile.Ladder(name, List.of(spec));
    }

    private static Codec codec(String key, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "h264" -> Codec.H264;
            case "hevc" -> Codec.HEVC;
            case "av1" -> Codec.AV1;
            default -> throw ConfigBounds.outside(key, value, CODECS);
        };
    }
}
