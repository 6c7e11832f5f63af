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
 * Check that a finished output is complete. ffmpeg exits with 0 also if the disk was full.
 */
final class OutputCheck {
    private static final int MAX_JPEG_BYTES = 64 << 20;
    private static final int MAX_WINDOW_BYTES = 256 << 20;

    private OutputCheck() {}

    /**
     * Checks that a rendition is complete, has video, and starts with a keyframe.
     *
     * @throws Defect if not
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
                throw new Defect("the output has no video frame");
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

    /** Reads a window into memory: it is bounded by {@link #MAX_WINDOW_BYTES}. */
    private static VideoFacts window(FileChannel channel) throws IOException, MalformedMedia, Defect {
        if (channel.size() > MAX_WINDOW_BYTES) {
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
            throw new Defect("the fragment's frames are not in presentation order");
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
     * @throws Defect if it is incomplete
     */
    static Rung.Size jpeg(Path file) throws Defect {
        try {
            if (Files.size(file) > MAX_JPEG_BYTES) {
                throw new Defect("the image is larger than 64 MB");
            }
            return JpegReader.read(ByteBuffer.wrap(Files.readAllBytes(file)));
        } catch (IOException unreadable) {
            throw new Defect("the output cannot be read");
        }
    }

    /** Defect of an output; the message is one sentence without paths. */
    static final class Defect extends Exception {
        Defect(String what) {
            super(what, null, false, false);
        }

        String what() {
            return String.valueOf(getMessage());
        }
    }
}
