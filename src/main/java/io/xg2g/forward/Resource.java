package io.xg2g.forward;

/** What a request is for, as far as it decides which gateway of the cluster answers it. */
sealed interface Resource {

    /** What every gateway has: the page, lists, tokens. Answered by the gateway that gets the request. */
    record Anywhere() implements Resource {}

    /** What at most one gateway works on at a time, by a {@linkplain io.xg2g.cluster.Leases lease}. */
    sealed interface Leased extends Resource {
        /** Name of the lease. */
        String lease();

        /** Whether the request makes the gateway that answers it the owner, if there is none. */
        boolean starts();
    }

    /**
     * A live channel.
     *
     * @param starts whether it is a request of a player, which starts the channel
     */
    record Channel(String id, boolean starts) implements Leased {
        @Override
        public String lease() {
            return "channel:" + id;
        }
    }

    /** A camera. */
    record Camera(String id) implements Leased {
        @Override
        public String lease() {
            return "camera:" + id;
        }

        @Override
        public boolean starts() {
            return false;
        }
    }

    /** An asynchronous transcode. */
    record Job(String id) implements Resource {}
}
