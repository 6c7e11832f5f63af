package io.xg2g.ffmpeg;

import java.nio.file.Path;

/**
 * One unit of work for an encoder: a few seconds of media. Running a unit twice gives the same frames.
 *
 * @param input the media file; it is only read
 * @param source what inspection found in it
 * @param profile what to make of it
 * @param container the renditions' file format; a preview is always a JPEG file
 * @param outputDirectory an existing directory that belongs to this unit alone; the renditions are placed in it
 */
public record TranscodeUnit(Path input, MediaInfo source, Profile profile, Container container, Path outputDirectory) {}
