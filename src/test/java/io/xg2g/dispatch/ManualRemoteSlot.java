package io.xg2g.dispatch;

import io.smallrye.mutiny.Uni;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.Vendor;

/** Slot of a worker, whose unit runs in {@link ManualSlots}. The id of its device is the name of the worker. */
final class ManualRemoteSlot implements RemoteSlot {

    /** What became of an offer. */
    enum Fate {
        OFFERED,
        RUN,
        RELEASED,
        REFUSED
    }

    private final String worker;
    private final Vendor vendor;
    private final ManualSlots slots;
    private final boolean expired;
    Fate fate = Fate.OFFERED;
    RemoteRun run;

    ManualRemoteSlot(String worker, Vendor vendor, ManualSlots slots, boolean expired) {
        this.worker = worker;
        this.vendor = vendor;
        this.slots = slots;
        this.expired = expired;
    }

    @Override
    public String worker() {
        return worker;
    }

    @Override
    public Device device() {
        return new Device(worker, vendor, worker, 0, "");
    }

    @Override
    public boolean isExpired() {
        return expired;
    }

    @Override
    public Uni<TranscodeOutcome> run(RemoteRun started) {
        become(Fate.RUN);
        run = started;
        return slots.run(started.unit(), device(), started.priority(), started.progress(), started.stop());
    }

    @Override
    public void release() {
        become(Fate.RELEASED);
    }

    @Override
    public void refuse() {
        become(Fate.REFUSED);
    }

    private void become(Fate next) {
        if (fate != Fate.OFFERED) {
            throw new IllegalStateException("the slot of " + worker + " was " + fate + " and is now " + next);
        }
        fate = next;
    }
}
