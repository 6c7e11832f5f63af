package io.xg2g.ffmpeg;

/**
 * Slate: the last picture of a full window, darkened, in every frame of the unit's grid.
 *
 * @param text written across it, of letters, digits, spaces and colons; omitted if ffmpeg cannot draw text
 */
public record Slate(String text) {

    /**
     * Checks the text.
     *
     * @throws IllegalArgumentException if it has characters with a meaning in filter graphs
     */
    public Slate {
        if (!text.matches("[A-Za-z0-9 :]*")) {
            throw new IllegalArgumentException(
                    "text is \"" + text + "\"; allowed are letters, digits, spaces and colons");
        }
    }

    /** Returns the filters that darken a picture and write the text across it. */
    String filters() {
        return "drawbox=color=black@0.6:thickness=fill"
                + (text.isEmpty()
                        ? ""
                        : ",drawtext=text='" + text.replace(":", "\\:")
                                + "':fontcolor=white:fontsize=h/15:x=(w-text_w)/2:y=(h-text_h)/2");
    }

    /** Returns the slate without text. */
    Slate withoutText() {
        return new Slate("");
    }
}
