package io.xg2g.ffmpeg;

import io.xg2g.media.FragmentedMp4;
import io.xg2g.media.MalformedMedia;
import io.xg2g.media.Mp4FileReader;
import io.xg2g.media.TsFileReader;
import io.xg2g.media.VideoFacts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Reads a finished output and says whether it is whole. That ffmpeg has ended with 0 proves nothing: it does so too
 * when the disk was full.
 */
final class OutputCheck {
    private static final int LARGEST_PICTURE = 64 << 20;
    private static final int LARGEST_WINDOW = 256 << 20;

    private OutputCheck() {}

    /**
     * Checks a rendition's structure: that it ends where it says it ends, has video, and starts with a keyframe.
     *
     * @throws Defect saying what is wrong with it
     */
    static VideoFacts video(Path file, Container container) throws Defect {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() == 0) {
                throw new Defect("the output is empty");
            }
            VideoFacts facts = switch (container) {
                case MP4 -> Mp4FileReader.read(channel);
                case MPEG_TS -> TsFileReader.read(channel);
                case CMAF -> window(channel);
            };
            if (facts.frames() == 0) {
                throw new Defect("the output has no picture");
            }
            if (facts.keyframes().isEmpty() || facts.keyframes().getFirst() > facts.firstTime() + 0.001) {
                throw new Defect("the output does not start with a keyframe");
            }
            return facts;
        } catch (MalformedMedia malformed) {
            throw new Defect(String.valueOf(malformed.getMessage()));
        } catch (IOException unreadable) {
            throw new Defect("the output cannot be read");
        }
    }

    /** A window is read as a whole: it is short, and a player gets it as a whole too. */
    private static VideoFacts window(FileChannel channel) throws IOException, MalformedMedia, Defect {
        if (channel.size() > LARGEST_WINDOW) {
            throw new Defect("the fragment is larger than 256 MB");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
        while (bytes.hasRemaining() && channel.read(bytes) > 0) {
            // Short reads are completed.
        }
        FragmentedMp4.Parts parts = FragmentedMp4.split(bytes.array());
        return facts(
                FragmentedMp4.track(parts.init()).timescale(),
                FragmentedMp4.fragment(parts.media()).duration(),
                FragmentedMp4.samples(parts.media()));
    }

    private static VideoFacts facts(double timescale, long duration, List<FragmentedMp4.Sample> samples) throws Defect {
        if (samples.stream().anyMatch(sample -> sample.pts() != sample.dts())) {
            throw new Defect("the fragment's pictures are not in the order they are shown in");
        }
        List<Double> keyframes = samples.stream()
                .filter(FragmentedMp4.Sample::sync)
                .map(sample -> sample.pts() / timescale)
                .toList();
        double first = samples.getFirst().pts() / timescale;
        return new VideoFacts(samples.size(), first, duration / timescale, keyframes, false);
    }

    /**
     * Checks a JPEG from its first marker to its last.
     *
     * @return its size in pixels
     * @throws Defect saying what is wrong with it
     */
    static Rung.Size jpeg(Path file) throws Defect {
        try {
            if (Files.size(file) > LARGEST_PICTURE) {
                throw new Defect("the picture is larger than 64 MB");
            }
            return JpegReader.read(ByteBuffer.wrap(Files.readAllBytes(file)));
        } catch (IOException unreadable) {
            throw new Defect("the output cannot be read");
        }
    }

    /** What is wrong with an output, in one sentence without paths. */
    static final class Defect extends Exception {
        Defect(String what) {
            super(what, null, false, false);
        }

        /** The sentence. */
        String what() {
            return String.valueOf(getMessage());
        }
    }
}
