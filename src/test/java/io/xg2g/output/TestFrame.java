package io.xg2g.output;

import io.xg2g.camera.Frame;
import io.xg2g.camera.JpegBytes;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import javax.imageio.ImageIO;

/**
 * Frame whose picture shows where it belongs: the background is the colour of its camera, and blocks are the bits of its sequence.
 *
 * @param camera id
 * @param sequence from 0 to 65535
 */
record TestFrame(String camera, long sequence) {
    private static final int BLOCK = 16;
    private static final int COLUMNS = 8;
    private static final int ROWS = 3;

    static {
        // Without files for each picture.
        ImageIO.setUseCache(false);
    }

    /** The frame as a camera gives it. */
    Frame frame() {
        BufferedImage image = new BufferedImage(COLUMNS * BLOCK, ROWS * BLOCK, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(colour(camera));
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        for (int bit = 0; bit < 16; bit++) {
            graphics.setColor((sequence >> bit & 1) == 1 ? Color.WHITE : Color.BLACK);
            graphics.fillRect(bit % COLUMNS * BLOCK, (1 + bit / COLUMNS) * BLOCK, BLOCK, BLOCK);
        }
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpg", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Frame(
                camera,
                sequence,
                null,
                Instant.now(),
                image.getWidth(),
                image.getHeight(),
                JpegBytes.of(out.toByteArray()));
    }

    /**
     * Decodes a picture that should be one of a camera.
     *
     * @return the sequence in it
     * @throws AssertionError if it is no picture, or that of another camera
     */
    static long sequenceIn(byte[] jpeg, String camera) {
        try {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
            if (image == null) {
                throw new AssertionError("no JPEG of " + jpeg.length + " bytes");
            }
            Color expected = colour(camera);
            Color seen = new Color(image.getRGB(COLUMNS * BLOCK / 2, BLOCK / 2));
            if (distance(expected, seen) > 40) {
                throw new AssertionError("a picture of " + camera + " is " + seen + " instead of " + expected);
            }
            long sequence = 0;
            for (int bit = 0; bit < 16; bit++) {
                int x = bit % COLUMNS * BLOCK + BLOCK / 2;
                int y = (1 + bit / COLUMNS) * BLOCK + BLOCK / 2;
                sequence |= new Color(image.getRGB(x, y)).getGreen() > 127 ? 1L << bit : 0;
            }
            return sequence;
        } catch (IOException e) {
            throw new AssertionError("undecodable", e);
        }
    }

    private static int distance(Color one, Color other) {
        return Math.abs(one.getRed() - other.getRed())
                + Math.abs(one.getGreen() - other.getGreen())
                + Math.abs(one.getBlue() - other.getBlue());
    }

    /** One of 343 colours that are far from each other. */
    private static Color colour(String camera) {
        int number = Math.floorMod(camera.hashCode() * 31, 343);
        return new Color(number % 7 * 42, number / 7 % 7 * 42, number / 49 * 42);
    }
}
