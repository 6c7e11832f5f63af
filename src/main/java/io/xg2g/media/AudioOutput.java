package io.xg2g.media;

/**
 * Audio track that the segmenter makes of a source's: encoded as AAC, or copied if it is of another codec.
 *
 * @param input index of the source's track among the audio streams of the segmenter's input
 */
public record AudioOutput(int input, AudioTrackInfo track) {}
