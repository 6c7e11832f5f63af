package io.xg2g.camera;

import io.xg2g.media.JpegImages;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * Picture of a generated camera: each camera has its own color, and the upper part of a frame has its number as 16 blocks, black
 * or white.
 */
public final class CameraPicture {
    public static final int WIDTH = 320;
    public static final int HEIGHT = 180;

    private static final int BITS = 16;

    /** Number of cameras that have different colors. */
    private static final int COLORS = 10;

    /**
     * What a picture shows.
     *
     * @param camera number of the camera
     * @param number number of the frame, modulo 65536
     */
    public record Content(int camera, int number) {}

    private CameraPicture() {}

    private static Color color(int camera) {
        return Color.getHSBColor((float) camera / COLORS, 0.8f, 0.8f);
    }

    /** The color in studio range (ITU-R BT.601): {@code Y:U:V}. */
    static String yuv(int camera) {
        Color color = color(camera);
        double r = color.getRed() / 255.0;
        double g = color.getGreen() / 255.0;
        double b = color.getBlue() / 255.0;
        double y = 0.299 * r + 0.587 * g + 0.114 * b;
        return String.format(
                Locale.ROOT,
                "%d:%d:%d",
                Math.round(16 + 219 * y),
                Math.round(128 + 224 * (b - y) / 1.772),
                Math.round(128 + 224 * (r - y) / 1.402));
    }

    /** JPEG image of a frame. */
    public static byte[] jpeg(int camera, int number, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(color(camera));
        graphics.fillRect(0, 0, width, height);
        int block = width / BITS;
        for (int bit = 0; bit < BITS; bit++) {
            graphics.setColor((number >> (BITS - 1 - bit) & 1) == 1 ? Color.WHITE : Color.BLACK);
            graphics.fillRect(bit * block, 0, block, height / 4);
        }
        graphics.dispose();
        return JpegImages.encoded(image);
    }

    /**
     * Decodes a picture.
     *
     * @throws IOException if it cannot be decoded
     */
    public static Content read(byte[] jpeg) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
        if (image == null) {
            throw new IOException("this is no image");
        }
        int block = image.getWidth() / BITS;
        int number = 0;
        for (int bit = 0; bit < BITS; bit++) {
            Color shown = new Color(image.getRGB(bit * block + block / 2, image.getHeight() / 8));
            double luma = 0.299 * shown.getRed() + 0.587 * shown.getGreen() + 0.114 * shown.getBlue();
            number = number << 1 | (luma > 128 ? 1 : 0);
        }
        Color ground = new Color(image.getRGB(image.getWidth() / 2, image.getHeight() * 3 / 4));
        float hue = Color.RGBtoHSB(ground.getRed(), ground.getGreen(), ground.getBlue(), null)[0];
        return new Content(Math.round(hue * COLORS) % COLORS, number);
    }
}
