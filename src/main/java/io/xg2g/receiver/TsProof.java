package io.xg2g.receiver;

/**
 * Judges the first bytes of what should be a stream: MPEG-TS has its sync byte every 188 bytes from the first one on
 * (ISO/IEC 13818-1, 2.4.3.2), and is scrambled when half or more of at least 24 packets with payload say so. Tables
 * (PIDs below 32) and null packets are never scrambled and do not count. Not thread-safe.
 */
final class TsProof {
    private static final int PACKET = 188;
    private static final int SYNC = 0x47;
    private static final int ENOUGH = 24;
    private static final int FIRST_STREAM_PID = 0x20;
    private static final int NULL_PID = 0x1FFF;
    private static final int IN_SYNC = 3;

    /** What is known so far. */
    enum Verdict {
        UNDECIDED,
        NOT_TS,
        SCRAMBLED,
        CLEAR
    }

    private final byte[] head = new byte[4];
    private int position;
    private int packets;
    private int counted;
    private int scrambled;
    private Verdict verdict = Verdict.UNDECIDED;

    /** Takes further bytes; those after the verdict change nothing. */
    Verdict accept(byte[] data, int length) {
        for (int i = 0; i < length && verdict == Verdict.UNDECIDED; i++) {
            if (position < head.length) {
                head[position] = data[i];
            }
            if (position == 0 && (data[i] & 0xFF) != SYNC) {
                verdict = Verdict.NOT_TS;
            }
            position++;
            if (position == PACKET) {
                position = 0;
                packet();
            }
        }
        return verdict;
    }

    /** Whether it certainly is MPEG-TS, though maybe too little to judge. */
    boolean inSync() {
        return verdict != Verdict.NOT_TS && packets >= IN_SYNC;
    }

    /** Whole packets so far. */
    int packets() {
        return packets;
    }

    private void packet() {
        packets++;
        int pid = (head[1] & 0x1F) << 8 | (head[2] & 0xFF);
        boolean damaged = (head[1] & 0x80) != 0;
        boolean payload = (head[3] & 0x10) != 0;
        if (pid < FIRST_STREAM_PID || pid == NULL_PID || damaged || !payload) {
            return;
        }
        counted++;
        if ((head[3] & 0xC0) != 0) {
            scrambled++;
        }
        if (counted >= ENOUGH) {
            verdict = 2 * scrambled >= counted ? Verdict.SCRAMBLED : Verdict.CLEAR;
        }
    }
}
