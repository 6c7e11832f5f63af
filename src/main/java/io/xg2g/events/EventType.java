package io.xg2g.events;

/** Types of events. A name is {@code <kind of subject>.<what happened>}; names are part of the API. */
public enum EventType {
    /** The service has started; {@code recovered} says whether its predecessor was killed. Subject: the version. */
    PROGRAM_STARTED("program.started"),
    /** The service ends in order. Subject: the version. */
    PROGRAM_STOPPED("program.stopped"),
    /** Damage was found in a file of a queue. Subject: the queue. */
    QUEUE_DAMAGED("queue.damaged"),
    /** Files of a queue were deleted and cannot be created again; it refuses items. Subject: the queue. */
    QUEUE_DISPLACED("queue.displaced"),
    /** Files of a queue were deleted and created again. Subject: the queue. */
    QUEUE_RESTORED("queue.restored"),
    /** A channel was started. Subject of this and the following: the channel. */
    STREAM_STARTED("stream.started"),
    /** The channel is played without restrictions, for the first time or again. */
    STREAM_PLAYING("stream.playing"),
    /** Renditions of the channel are dropped or late. */
    STREAM_DEGRADED("stream.degraded"),
    /** The source of the channel was lost; it is opened again. */
    STREAM_RECOVERING("stream.recovering"),
    STREAM_STOPPED("stream.stopped"),
    /** This gateway runs a channel that another one has not stopped: it has died, or was cut off. */
    STREAM_MOVED("stream.moved"),
    /** A camera gives frames, for the first time or again. Subject of this and the following: the camera. */
    CAMERA_LIVE("camera.live"),
    /** All frames of the camera have the same content. */
    CAMERA_FROZEN("camera.frozen"),
    /** The camera gives no frames. */
    CAMERA_LOST("camera.lost"),
    /** A device gets no more units after a failure. Subject: the device. */
    DEVICE_DISABLED("device.disabled"),
    /** The device passed its probe and gets units again. */
    DEVICE_RESTORED("device.restored"),
    /** A circuit breaker opened. Subject: receiver and port. */
    BREAKER_OPENED("breaker.opened"),
    BREAKER_CLOSED("breaker.closed"),
    /** A job has failed for good. Subject: its id. */
    JOB_DEAD("job.dead"),
    /** Uploads make no progress. Subject: the upload target. */
    UPLOAD_STUCK("upload.stuck");

    private final String label;

    EventType(String label) {
        this.label = label;
    }

    /** Returns the name of the type in the API. */
    public String label() {
        return label;
    }

    /** Returns the kind of subject: the first part of the name. */
    String kind() {
        return label.substring(0, label.indexOf('.'));
    }
}
