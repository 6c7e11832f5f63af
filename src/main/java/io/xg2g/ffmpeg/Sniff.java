package io.xg2g.ffmpeg;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Detection of common formats by their first bytes, for a precise message. */
final class Sniff {
    private Sniff() {}

    /** Returns a sentence that names the format if the bytes are certainly not video. */
    static Optional<String> notVideo(byte[] head) {
        if (head.length == 0) {
            return Optional.of("the input is empty");
        }
        String start = new String(head, 0, Math.min(head.length, 16), StandardCharsets.ISO_8859_1);
        if (start.startsWith("\u00ff\u00d8\u00ff")) {
            return Optional.of("the input is a JPEG image, not a video");
        }
        if (start.startsWith("\u0089PNG") || start.startsWith("GIF8")) {
            return Optional.of("the input is an image, not a video");
        }
        if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
            return Optional.of("the input is a WebP image, not a video");
        }
        if (start.startsWith("%PDF") || start.startsWith("PK\u0003\u0004") || start.startsWith("\u001f\u008b")) {
            return Optional.of("the input is a document or an archive, not a video");
        }
        return text(head) ? Optional.of("the input is text, not a video") : Optional.empty();
    }

    /** Returns the name of the container that begins with these bytes; empty if it is none of those of video, or MPEG. */
    static String container(byte[] head) {
        String start = new String(head, 0, Math.min(head.length, 16), StandardCharsets.ISO_8859_1);
        if (start.startsWith("\u001aE\u00df\u00a3")) {
            return "Matroska or WebM";
        }
        if (start.startsWith("ftyp", 4) || start.startsWith("moov", 4) || start.startsWith("mdat", 4)) {
            return "MP4 or MOV";
        }
        if (start.startsWith("RIFF")) {
            return start.startsWith("AVI", 8) ? "AVI" : "WAV";
        }
        if (start.startsWith("0&\u00b2u")) {
            return "ASF";
        }
        if (start.startsWith("\u0006\u000e+4")) {
            return "MXF";
        }
        return start.startsWith("OggS") ? "OGG" : start.startsWith("FLV") ? "FLV" : "";
    }

    private static boolean text(byte[] head) {
        for (byte b : head) {
            int c = b & 0xff;
            boolean printable = (c >= 0x20 && c != 0x7f) || c == '\n' || c == '\r' || c == '\t';
            if (!printable || c >= 0xf5 || c == 0xc0 || c == 0xc1) {
                return false;
            }
        }
        return true;
    }
}
