package io.xg2g.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import io.xg2g.receiver.TsProof.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TsProofTest {
    private static final int PACKET = 188;

    @Test
    void twentyFourClearPacketsAreAProof() {
        TsProof proof = new TsProof();
        assertThat(proof.accept(packets(23, 0, 0x100), 23 * PACKET)).isEqualTo(Verdict.UNDECIDED);
        assertThat(proof.inSync()).isTrue();
        assertThat(proof.accept(packets(1, 0, 0x100), PACKET)).isEqualTo(Verdict.CLEAR);
    }

    @Test
    void halfOfThemScrambledIsNoProof() {
        for (int scrambled = 0; scrambled <= 24; scrambled++) {
            assertThat(judge(packets(24, scrambled, 0x100)))
                    .isEqualTo(scrambled >= 12 ? Verdict.UNDECIDED : Verdict.CLEAR);
        }
    }

    /** A relay has the key some hundred packets after the beginning. */
    @Test
    void whatIsScrambledAtTheBeginningOnlyIsClear() {
        for (int scrambled : new int[] {24, 277, 486}) {
            TsProof proof = new TsProof();
            assertThat(proof.accept(packets(scrambled, scrambled, 0x100), scrambled * PACKET))
                    .isEqualTo(Verdict.UNDECIDED);
            assertThat(proof.isScrambledSoFar()).isTrue();
            assertThat(proof.accept(packets(13, 0, 0x100), 13 * PACKET)).isEqualTo(Verdict.CLEAR);
        }
        assertThat(judge(packets(499, 499, 0x100))).isEqualTo(Verdict.UNDECIDED);
        assertThat(judge(packets(500, 500, 0x100))).isEqualTo(Verdict.SCRAMBLED);
    }

    @Test
    void tablesAndNullPacketsDoNotCount() {
        TsProof proof = new TsProof();
        proof.accept(packets(100, 0, 0), 100 * PACKET);
        proof.accept(packets(100, 0, 0x1FFF), 100 * PACKET);
        assertThat(proof.accept(packets(23, 0, 0x100), 23 * PACKET)).isEqualTo(Verdict.UNDECIDED);
        assertThat(proof.accept(packets(1, 0, 0x100), PACKET)).isEqualTo(Verdict.CLEAR);
    }

    @Test
    void aMissingSyncByteIsNotMpegTs() {
        assertThat(judge("<html>".getBytes(StandardCharsets.UTF_8))).isEqualTo(Verdict.NOT_TS);
        byte[] late = packets(24, 0, 0x100);
        late[2 * PACKET] = 0;
        assertThat(judge(late)).isEqualTo(Verdict.NOT_TS);
        byte[] shifted = Arrays.copyOfRange(packets(25, 0, 0x100), 1, 24 * PACKET);
        assertThat(judge(shifted)).isEqualTo(Verdict.NOT_TS);
    }

    @RandomTest(tries = 500)
    void theVerdictDoesNotDependOnTheChunks(RandomInput input) {
        int packets = input.between(0, 30) + (input.chance(0.2) ? 480 : 0);
        byte[] bytes = packets(packets, input.between(0, packets), 0x100);
        int piece = input.between(1, 400);
        TsProof proof = new TsProof();
        Verdict verdict = Verdict.UNDECIDED;
        for (int at = 0; at < bytes.length; at += piece) {
            byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece));
            verdict = proof.accept(part, part.length);
        }
        assertThat(verdict).isEqualTo(judge(bytes));
    }

    @RandomTest
    void anyBytesHaveAVerdict(RandomInput input) {
        assertThat(judge(input.bytes(600))).isNotNull();
    }

    private static Verdict judge(byte[] bytes) {
        return new TsProof().accept(bytes, bytes.length);
    }

    private static byte[] packets(int count, int scrambled, int pid) {
        byte[] bytes = new byte[count * PACKET];
        for (int i = 0; i < count; i++) {
            bytes[i * PACKET] = 0x47;
            bytes[i * PACKET + 1] = (byte) (pid >> 8);
            bytes[i * PACKET + 2] = (byte) pid;
            bytes[i * PACKET + 3] = (byte) (i < scrambled ? 0x90 : 0x10);
        }
        return bytes;
    }
}
