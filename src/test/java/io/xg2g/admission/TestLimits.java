package io.xg2g.admission;

/** The defaults, some of which a test overrides. */
final class TestLimits implements RateLimitConfig {
    int globalBurst = 200;
    int perIpRate = 10;
    int perIpBurst = 20;
    int modeGpu = 20;

    @Override
    public boolean enabled() {
        return true;
    }

    @Override
    public int globalRate() {
        return 100;
    }

    @Override
    public int globalBurst() {
        return globalBurst;
    }

    @Override
    public int perIpRate() {
        return perIpRate;
    }

    @Override
    public int perIpBurst() {
        return perIpBurst;
    }

    @Override
    public int modeStandard() {
        return 50;
    }

    @Override
    public int modeAudioProxy() {
        return 30;
    }

    @Override
    public int modeGpu() {
        return modeGpu;
    }

    @Override
    public int playbackRate() {
        return 100;
    }

    @Override
    public int playbackBurst() {
        return 400;
    }
}
