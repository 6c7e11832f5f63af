package io.xg2g.upload;

import java.util.List;

/** Item of the upload queues. */
sealed interface Upload {
    /** Id of the channel. */
    String channel();

    /** Size in memory, in bytes. */
    long bytes();

    /** Number of the lease of the channel under which it was made; 0 in a program on its own. Those of later owners are larger. */
    long fence();

    /**
     * Window of a channel.
     *
     * @param segments segments, and before them the init segments that they need, also if earlier windows have them: those
     *     may have been dropped
     * @param playlists playlists as of this window, the multivariant playlist last; may be empty
     */
    record Window(String channel, long fence, List<StoredObject> segments, List<StoredObject> playlists)
            implements Upload {
        public Window {
            segments = List.copyOf(segments);
            playlists = List.copyOf(playlists);
        }

        @Override
        public long bytes() {
            return size(segments) + size(playlists);
        }

        private static long size(List<StoredObject> objects) {
            return objects.stream().mapToLong(object -> object.bytes().length).sum();
        }
    }

    /**
     * Window whose content was not read, see {@link UploadSerializer#readOnly}.
     *
     * @param last name of its last segment, which no other window has; empty if it has none
     */
    record Unread(String channel, String last) implements Upload {
        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public long fence() {
            return 0;
        }
    }

    /**
     * Segments to delete some time after they have left the playlists.
     *
     * @param names of the objects
     */
    record Deletion(String channel, long fence, List<String> names) implements Upload {
        public Deletion {
            names = List.copyOf(names);
        }

        /** Returns what of it does not depend on who has the channel: no other owner names these segments. */
        Deletion ofSegments() {
            return new Deletion(
                    channel,
                    fence,
                    names.stream()
                            .filter(name -> !StoredObject.isPlaylist(name))
                            .toList());
        }

        @Override
        public long bytes() {
            return names.stream().mapToLong(String::length).sum();
        }
    }
}
