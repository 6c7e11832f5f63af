package io.xg2g.media;

/** Bytes that are not the media they are meant to be. The message is a sentence that says what is wrong with them. */
public final class MalformedMedia extends Exception {
    private static final long serialVersionUID = 1;

    MalformedMedia(String message) {
        super(message);
    }
}
