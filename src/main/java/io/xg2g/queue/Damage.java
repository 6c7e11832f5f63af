package io.xg2g.queue;

/**
 * Bytes of a log that are not what was written.
 *
 * @param file name of the segment file
 * @param offset of the first damaged byte in the file
 * @param bytes number of damaged bytes; 0 if unknown, or if a file is missing
 * @param what description, for instance {@code "payload of record 17"}
 */
public record Damage(String file, long offset, long bytes, String what) {
    @Override
    public String toString() {
        return what + " (file=" + file + ", offset=" + offset + ", bytes=" + bytes + ")";
    }
}
