package io.xg2g.media;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** JPEG images for tests. */
public final class JpegImages {
    private JpegImages() {}

    /** An image of one color with a diagonal line. */
    public static byte[] image(int width, int height, int rgb) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(new Color(rgb));
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(Color.WHITE);
        graphics.drawLine(0, 0, width, height);
        graphics.dispose();
        return encoded(image);
    }

    /** The image as a JPEG file. */
    public static byte[] encoded(BufferedImage image) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpeg", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The image with another one in a segment (APP1), as cameras embed thumbnails. */
    public static byte[] withThumbnail(byte[] image, byte[] thumbnail) {
        int length = thumbnail.length + 2;
        return join(
                Arrays.copyOf(image, 2),
                new byte[] {-1, (byte) 0xe1, (byte) (length >> 8), (byte) length},
                thumbnail,
                Arrays.copyOfRange(image, 2, image.length));
    }

    /** All bytes in one array. */
    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
