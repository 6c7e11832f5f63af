package io.xg2g.camera;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CameraShareTest {

    @Test
    void aGatewayTakesItsShareOfTheFreeCameras() {
        assertThat(new CameraShare(10, 2, 0).toTake(10, 0)).isEqualTo(5);
        assertThat(new CameraShare(10, 2, 4).toTake(6, 0)).isEqualTo(1);
        assertThat(new CameraShare(10, 3, 0).toTake(2, 0)).isEqualTo(2);
        assertThat(new CameraShare(10, 3, 4).toTake(2, 0)).isZero();
        assertThat(new CameraShare(10, 2, 8).toTake(2, 0)).isZero();
    }

    @Test
    void aGatewayTakesWhatTheOthersLeave() {
        assertThat(new CameraShare(10, 2, 5).toTake(3, 2)).isEqualTo(2);
    }

    @Test
    void theCamerasOfADeadGatewayAreDividedAmongTheOthers() {
        assertThat(new CameraShare(9, 2, 3).toTake(3, 0)).isEqualTo(2);
    }

    @Test
    void aGatewayWithMoreThanItsShareGivesUp() {
        assertThat(new CameraShare(10, 1, 10).exceeds()).isFalse();
        assertThat(new CameraShare(10, 2, 6).exceeds()).isTrue();
        assertThat(new CameraShare(10, 3, 4).exceeds()).as("one has to have 4").isFalse();
    }
}
