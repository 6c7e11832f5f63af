package io.xg2g.service;

import io.xg2g.ffmpeg.TestMedia;
import java.nio.file.Path;

/**
 * Clips with a number burned into each picture, and the reader of the number. It survives scaling and encoding: the upper fifth of
 * the picture has two rows of {@value #BLOCKS} blocks, black or white, and the second row is the inverse of the first:
 *
 * <pre>
 * block    0      1      2 to 17                          18     19
 * first    white  black  bits of the number, low to high  black  white
 * second   black  white  the same, inverted               white  black
 * </pre>
 */
final class PictureCounter {
    static final int BLOCKS = 20;

    /** Pictures per second. */
    static final int RATE = 25;

    /** Duration of a clip; after it the numbers begin again. Whole frames of MP2. */
    static final int SECONDS = 360;

    /** Number of different pictures. */
    static final int PICTURES = SECONDS * RATE;

    /** Nothing is shown: all blocks are dark. */
    static final int DARK = -1;

    /** Something is shown, without a readable number. */
    static final int UNREADABLE = -2;

    /** Size of the smaller pictures. */
    static final int WIDTH = 320;

    static final int HEIGHT = 180;

    private static final int BITS = 16;
    private static final int CONTRAST = 40;
    private static final int BLACK = 48;

    private PictureCounter() {}

    /** Source of brightness, from 0 to 255. */
    interface Brightness {
        /**
         * Returns the brightness of a point.
         *
         * @param x from 0 (left) to 1
         * @param y from 0 (top) to 1
         */
        int at(double x, double y);
    }

    /** Reads the number of a picture: {@link #DARK}, {@link #UNREADABLE}, or from 0. */
    static int read(Brightness picture) {
        int number = 0;
        boolean dark = true;
        boolean readable = true;
        for (int block = 0; block < BLOCKS; block++) {
            double x = (block + 0.5) / BLOCKS;
            int first = picture.at(x, 0.05);
            int second = picture.at(x, 0.15);
            dark &= first < BLACK && second < BLACK;
            boolean white = first > second;
            boolean mark = block == 0 || block == BLOCKS - 1;
            boolean bit = block >= 2 && block < 2 + BITS;
            readable &= Math.abs(first - second) >= CONTRAST && (bit || white == mark);
            number |= bit && white ? 1 << block - 2 : 0;
        }
        if (dark) {
            return DARK;
        }
        return readable && number < PICTURES ? number : UNREADABLE;
    }

    /** Distance between two numbers, negative if the second one is older; the shorter way round. */
    static int ahead(int from, int to) {
        return Math.floorMod(to - from + PICTURES / 2, PICTURES) - PICTURES / 2;
    }

    /**
     * H.264 that browsers support, of {@value #WIDTH} by {@value #HEIGHT} with a keyframe each second, and two tracks of MP2, German
     * and English. At each second a picture is white below the counter, and a beep begins.
     */
    static Path small() {
        return clip(WIDTH, HEIGHT);
    }

    /** The same with a larger picture. */
    static Path large() {
        return clip(416, 234);
    }

    /** The small picture as MPEG-2, which has to be encoded for browsers. */
    static Path mpeg2() {
        return clip(WIDTH, HEIGHT, "mpeg2", "-c:v mpeg2video -g 25 -bf 2 -sc_threshold 1000000000 -b:v 1M");
    }

    private static Path clip(int width, int height) {
        return clip(
                width,
                height,
                Integer.toString(width),
                "-c:v libx264 -preset superfast -pix_fmt yuv420p -g 25 -bf 2 -sc_threshold 0 -crf 26");
    }

    private static Path clip(int width, int height, String name, String encoding) {
        String bit = "if(eq(X\\,0)+eq(X\\,19)\\,1\\,if(eq(X\\,1)+eq(X\\,18)\\,0\\,mod(floor(N/pow(2\\,X-2))\\,2)))";
        String size = "s=" + width + "x" + height;
        return TestMedia.encoded(
                "counter-" + name + ".ts",
                "-f lavfi -i testsrc2=" + size + ":r=25:d=" + SECONDS + " -f lavfi -i nullsrc=s=20x2:r=25:d=" + SECONDS
                        + ",format=gray,geq=lum=16+219*abs(Y-" + bit + "),format=yuv420p,scale=" + width + ":"
                        + height / 10 * 2 + ":flags=neighbor" + " -f lavfi -i " + beep(1000) + " -f lavfi -i "
                        + beep(600)
                        + " -filter_complex [0:v]drawbox=c=white:t=fill:enable=lt(mod(n\\,25)\\,2)[a];[a][1:v]overlay[v]"
                        + " -map [v] -map 2:a -map 3:a " + encoding
                        + " -flags +cgop -c:a mp2 -ac 2 -b:a 96k -metadata:s:a:0 language=deu"
                        + " -metadata:s:a:1 language=eng -muxdelay 0.2 -muxpreload 0 -f mpegts");
    }

    private static String beep(int hertz) {
        return "aevalsrc=0.5*sin(2*PI*" + hertz + "*t)*lt(mod(t\\,1)\\,0.1):s=48000:d=" + SECONDS;
    }
}
