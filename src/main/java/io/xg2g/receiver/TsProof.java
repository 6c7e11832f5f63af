package io.xg2g.receiver;

import io.xg2g.media.TsPacket;

/**
 * Judges the first bytes of what should be a stream: MPEG-TS has its sync byte every 188 bytes from the first one on
 * (ISO/IEC 13818-1, 2.4.3.2), and is scrambled when half or more of at least 24 packets with payload say so. Tables
 * (PIDs below 32) and null packets are never scrambled and do not count. Not thread-safe.
 */
final class TsProof {
    private static final int ENOUGH = 24;
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
            if (position == 0 && data[i] != TsPacket.SYNC) {
                verdict = Verdict.NOT_TS;
            }
            position++;
            if (position == TsPacket.SIZE) {
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
        int pid = TsPacket.pid(head, 0);
        boolean elementary = pid >= TsPacket.FIRST_FREE_PID && pid != TsPacket.NULL_PID;
        if (!elementary || TsPacket.damaged(head, 0) || !TsPacket.hasPayload(head, 0)) {
            return;
        }
        counted++;
        if (TsPacket.scrambled(head, 0)) {
            scrambled++;
        }
        if (counted >= ENOUGH) {
            verdict = 2 * scrambled >= counted ? Verdict.SCRAMBLED : Verdict.CLEAR;
        }
    }
}
