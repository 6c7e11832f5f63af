package io.xg2g.upload;

import java.util.Optional;

/** Store of objects by name, for instance {@code tv/720p/1234.m4s}. Thread-safe; all methods block. */
interface Target {
    /** Stores an object; replaces one of the same name. */
    void put(StoredObject object) throws TargetException, InterruptedException;

    /** Stores a file as an object; replaces one of the same name. */
    void put(StoredFile file) throws TargetException, InterruptedException;

    /** Returns whether there is an object of a name. */
    boolean exists(String name) throws TargetException, InterruptedException;

    /** Returns the content of an object; empty if there is none. */
    Optional<byte[]> get(String name) throws TargetException, InterruptedException;

    /** Deletes an object, if there is one. */
    void delete(String name) throws TargetException, InterruptedException;
}
