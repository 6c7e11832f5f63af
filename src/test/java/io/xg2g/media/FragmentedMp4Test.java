package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FragmentedMp4Test {
    private static final long BASE = 2_700_000;
    private static final int FRAME = 3_600;

    /** Three frames of one fragment. */
    private static final byte[] MEDIA = CmafFragment.of(
            1,
            BASE,
            List.of(
                    new CmafFragment.Entry(FRAME, 2, true, 0),
                    new CmafFragment.Entry(FRAME, 1, false, FRAME),
                    new CmafFragment.Entry(FRAME, 3, false, -FRAME)),
            new byte[] {1, 2, 3, 4, 5, 6});

    @Test
    void theLastFrameHasTheRestOfTheDuration() throws MalformedMedia {
        for (int duration : List.of(2 * FRAME + 1, 3 * FRAME - 1_800, 3 * FRAME + 1_800)) {
            byte[] lasting = FragmentedMp4.lasting(MEDIA, duration);

            assertThat(FragmentedMp4.fragment(lasting)).isEqualTo(new FragmentedMp4.Fragment(duration, 3));
            assertThat(FragmentedMp4.samples(lasting)).isEqualTo(FragmentedMp4.samples(MEDIA));
            assertThat(lasting).endsWith(1, 2, 3, 4, 5, 6).hasSameSizeAs(MEDIA);
        }
    }

    @Test
    void consecutiveFragmentsBecomeOne() throws MalformedMedia {
        byte[] first = CmafFragment.uniform(1, BASE, FRAME, 0, new int[] {1, 1}, new byte[] {1, 2});
        byte[] second = CmafFragment.uniform(2, BASE + 2 * FRAME, FRAME, 0, new int[] {1}, new byte[] {3});
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);

        byte[] lasting = FragmentedMp4.lasting(both, 2 * FRAME + 1_000);

        assertThat(Mp4Fragment.all(lasting)).hasSize(1);
        assertThat(FragmentedMp4.fragment(lasting)).isEqualTo(new FragmentedMp4.Fragment(2 * FRAME + 1_000, 3));
    }

    @Test
    void aDurationThatEndsBeforeTheLastFrameIsRefused() {
        assertThatThrownBy(() -> FragmentedMp4.lasting(MEDIA, 2 * FRAME)).isInstanceOf(MalformedMedia.class);
    }
}
