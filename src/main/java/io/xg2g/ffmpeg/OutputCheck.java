package io.xg2g.ffmpeg;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a finished output and says whether it is whole. That ffmpeg has ended with 0 proves nothing: it does so too
 * when the disk was full.
 */
final class OutputCheck {
    private static final int LARGEST_PICTURE = 64 << 20;
    private static final int LARGEST_FRAGMENT = 256 << 20;

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
                case MP4 -> new Mp4Reader(channel).read();
                case MPEG_TS -> TsReader.read(channel);
                case CMAF -> FragmentReader.read(whole(channel));
            };
            if (facts.frames() == 0) {
                throw new Defect("the output has no picture");
            }
            if (facts.keyframes().isEmpty() || facts.keyframes().getFirst() > facts.firstTime() + 0.001) {
                throw new Defect("the output does not start with a keyframe");
            }
            return facts;
        } catch (IOException unreadable) {
            throw new Defect("the output cannot be read");
        }
    }

    /** A window is read as a whole: it is short, and a player gets it as a whole too. */
    private static ByteBuffer whole(FileChannel channel) throws IOException, Defect {
        if (channel.size() > LARGEST_FRAGMENT) {
            throw new Defect("the fragment is larger than 256 MB");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
        while (bytes.hasRemaining() && channel.read(bytes) > 0) {
            // Short reads are completed.
        }
        return bytes.flip();
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
