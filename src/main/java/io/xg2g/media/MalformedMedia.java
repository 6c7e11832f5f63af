package io.xg2g.media;

/** Thrown for bytes that violate their format. The message is a sentence with the violation. */
public final class MalformedMedia extends Exception {
    private static final long serialVersionUID = 1;

    MalformedMedia(String message) {
        super(message);
    }
}
