package io.xg2g.ffmpeg;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Classifier of the end of a live source's process by exit code and stderr: transient, permanent, unsupported, or a crash. */
final class SourceFailures {
    private record Rule(Pattern pattern, Failure.Kind kind, String sentence) {}

    private static final Rule UNUSABLE = rule(
            "Invalid data found when processing input|does not contain any stream|matches no streams"
                    + "|could not find codec parameters|Could not write header|not on whitelist",
            Failure.Kind.UNSUPPORTED_MEDIA,
            "the source's data is not in a supported media format");

    /** Message of ffmpeg's MPEG-TS muxer about a codec that has no stream type. */
    private static final Pattern UNCARRIED = Pattern.compile("codec (\\w+), is muxed as a private data stream");

    /** Codecs that are not video, by ffmpeg's names. Other ones without a stream type in MPEG-TS are decoded, or refused by name. */
    private static final Pattern NOT_VIDEO = Pattern.compile(
            "(pcm|adpcm|wma|amr|g72|atrac|dsd|ra_|mus|dvd_|dvb_|hdmv_).*|flac|alac|vorbis|opus|speex|truehd|mlp|dts|ape|tta|tak"
                    + "|wavpack|cook|qcelp|qdm2|ilbc|gsm|gsm_ms|sipr|nellymoser|aac|s302m|evrc|bin_data|klv|timed_id3|ass|ssa"
                    + "|subrip|srt|webvtt|mov_text|text|eia_608");

    private static final List<Rule> RULES = List.of(
            rule(
                    "\\[([\\w,]+)(?: @ \\w+)?] (?:\\[error] )?Format not on whitelist",
                    Failure.Kind.UNSUPPORTED_MEDIA,
                    "the source's container format $1 is not supported"),
            rule(
                    "Protocol '([^']{1,32})' not on whitelist",
                    Failure.Kind.SOURCE_PERMANENT,
                    "the source leads to the protocol $1, which is not allowed"),
            rule(
                    "Protocol not found|Unknown protocol",
                    Failure.Kind.SOURCE_PERMANENT,
                    "this ffmpeg does not support the protocol of the source"),
            rule(
                    "Incorrect passphrase|Password required or unexpected",
                    Failure.Kind.SOURCE_UNAUTHORIZED,
                    "the source refuses the passphrase"),
            rule(
                    "failed to set option SRTO_PASSPHRASE",
                    Failure.Kind.SOURCE_PERMANENT,
                    "the passphrase of an srt source has 10 to 79 characters"),
            rule(
                    "461 Unsupported|Nonmatching transport in server reply",
                    Failure.Kind.SOURCE_PERMANENT,
                    "the source refuses the transport of its media (rtsp-transport)"),
            rule(
                    "Unable to receive RTP payload type (\\d{1,3}) without an SDP",
                    Failure.Kind.UNSUPPORTED_MEDIA,
                    "the source sends RTP of payload type $1, whose format it does not describe; an rtp source has MPEG-TS,"
                            + " payload type 33"),
            rule(
                    "401 Unauthorized|403 Forbidden|authorization failed|access denied",
                    Failure.Kind.SOURCE_UNAUTHORIZED,
                    "the source refuses access"),
            rule(
                    "404 (Stream )?Not Found|Server returned 404|410 Gone|No such file or directory",
                    Failure.Kind.SOURCE_PERMANENT,
                    "the source does not exist"),
            rule("Connection refused", Failure.Kind.SOURCE_TRANSIENT, "the source refuses connections"),
            rule(
                    "timed out|timeout|Immediate exit requested",
                    Failure.Kind.SOURCE_TRANSIENT,
                    "the source sent nothing for too long (xg2g.ffmpeg.source-timeout)"),
            rule(
                    "Server returned 5|5\\d\\d Internal|503 Service",
                    Failure.Kind.SOURCE_TRANSIENT,
                    "the source responds with a server error"),
            rule(
                    "Failed to resolve hostname|Name or service not known|No route to host|Network is unreachable"
                            + "|Connection reset|Broken pipe|Input/output error|Connection .*(closed|lost|broken)",
                    Failure.Kind.SOURCE_TRANSIENT,
                    "the source cannot be reached"),
            rule(
                    "Unrecognized option|Option .* not found|Unknown (input|output) format|Unknown encoder"
                            + "|No such filter",
                    Failure.Kind.CRASH,
                    "this ffmpeg lacks a required option, format or protocol"),
            rule(
                    "rtsps?://\\S*: Invalid data found",
                    Failure.Kind.SOURCE_TRANSIENT,
                    "the source closed the RTSP connection, or did not respond in time (xg2g.ffmpeg.source-timeout)"),
            UNUSABLE);

    /** Message of ffmpeg about an MP4 file whose index follows its media, so that already the beginning of that is missed. */
    private static final Pattern INDEX_AT_END = Pattern.compile("stream \\d+, offset 0x\\p{XDigit}{1,4}: partial file");

    private static final Failure UNREACHABLE_INDEX = new Failure(
            Failure.Kind.UNSUPPORTED_MEDIA,
            "the index of the source's MP4 file is at its end, and its server does not support byte ranges (RFC 9110, section"
                    + " 14); it can be moved to the beginning by ffmpeg -c copy -movflags faststart");

    private SourceFailures() {}

    /** Returns the failure; a source can end without an error. */
    static Failure classify(int exitCode, String stderr) {
        // 128 + signal if a signal ended it; ffmpeg itself exits with 255 after TERM and INT.
        if (exitCode > 128 && exitCode < 160) {
            return new Failure(Failure.Kind.CRASH, "ffmpeg was terminated by signal " + (exitCode - 128));
        }
        if (exitCode != 0) {
            for (Rule rule : RULES) {
                Matcher said = rule.pattern().matcher(stderr);
                if (said.find()) {
                    String named = said.groupCount() > 0 && said.group(1) != null ? said.group(1) : "";
                    Failure failure = new Failure(rule.kind(), rule.sentence().replace("$1", named));
                    return rule.equals(UNUSABLE) ? Decoders.refusal(stderr).orElse(failure) : failure;
                }
            }
        }
        if (INDEX_AT_END.matcher(stderr).find()) {
            return UNREACHABLE_INDEX;
        }
        return switch (exitCode) {
            case 0 -> new Failure(Failure.Kind.SOURCE_ENDED, "the source has ended");
            case 255 -> new Failure(Failure.Kind.CRASH, "ffmpeg was terminated by another process");
            default -> new Failure(Failure.Kind.CRASH, "ffmpeg failed with exit code " + exitCode);
        };
    }

    /** Returns the codec of video that MPEG-TS cannot carry, if stderr reports one. */
    static Optional<String> uncarriedVideo(String stderr) {
        return UNCARRIED
                .matcher(stderr)
                .results()
                .map(result -> result.group(1))
                .filter(codec -> !NOT_VIDEO.matcher(codec).matches())
                .findFirst();
    }

    private static Rule rule(String pattern, Failure.Kind kind, String sentence) {
        return new Rule(Pattern.compile(pattern, Pattern.CASE_INSENSITIVE), kind, sentence);
    }
}
