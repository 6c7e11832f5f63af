package io.xg2g.media;

/**
 * Description of an audio track that is published.
 *
 * @param language normalized by {@link LanguageCode}; empty if unknown
 * @param ordinal number of the source's track among those with this language and role, from 0; tracks of several codecs that
 *     are made of one track of the source have the same one
 */
public record AudioTrackInfo(String language, AudioRole role, AudioCodec codec, int ordinal) {
    /** AAC of unknown language. */
    public static final AudioTrackInfo UNKNOWN = new AudioTrackInfo("", AudioRole.MAIN, AudioCodec.AAC, 0);

    /** Returns whether both have the same language and role. */
    public boolean isSameContent(AudioTrackInfo other) {
        return language.equals(other.language) && role == other.role;
    }
}
