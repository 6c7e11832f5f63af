package io.xg2g.storage;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Elements by id that outlive the program. Thread-safe.
 *
 * @param <T> type of the elements
 */
public interface StoredMap<T> {

    /** Returns all elements by id. Does not block. */
    Map<String, T> all();

    /**
     * Adds an element; blocks until it is stored.
     *
     * @return false if there is one of that id
     * @throws IOException if the disk cannot be written
     * @throws io.xg2g.problem.ProblemException if the server that stores it is away
     */
    boolean add(String id, T element) throws IOException;

    /**
     * Removes an element; blocks until it is stored.
     *
     * @return false if there is none of that id
     * @throws IOException if the disk cannot be written
     * @throws io.xg2g.problem.ProblemException if the server that stores it is away
     */
    boolean remove(String id) throws IOException;

    /** Returns why elements may be missing; empty if they are known. */
    Optional<String> unavailable();
}
