'use strict';

// Run in a page before it plays: notes what its video element and its player do. `observed` is the report.
const observed = { firstFrame: 0, waiting: 0, seeks: 0, heights: [], errors: [], longestStill: 0 };
let observedSince = 0;

// What happens before this is called is start-up. Time is measured from here.
function observeFromHere() {
  const video = document.querySelector('video');
  observedSince = performance.now();
  Object.assign(observed, { begin: video.currentTime, waiting: 0, seeks: 0, longestStill: 0, heights: [], errors: [] });
  let last = video.currentTime;
  let lastMoved = performance.now();
  setInterval(() => {
    const now = performance.now();
    if (video.currentTime > last) lastMoved = now;
    last = video.currentTime;
    observed.longestStill = Math.max(observed.longestStill, (now - lastMoved) / 1000);
    if (!observed.heights.includes(video.videoHeight)) observed.heights.push(video.videoHeight);
  }, 50);
}

function observation() {
  const video = document.querySelector('video');
  const quality = video.getVideoPlaybackQuality();
  return Object.assign({}, observed, {
    wall: (performance.now() - observedSince) / 1000,
    played: video.currentTime - observed.begin,
    ranges: video.buffered.length,
    paused: video.paused,
    visible: document.visibilityState,
    mediaError: video.error ? video.error.message : '',
    shown: quality.totalVideoFrames,
    droppedFrames: quality.droppedVideoFrames,
    latency: typeof hls === 'object' && hls ? hls.latency : 0,
  });
}

function observeVideo(video) {
  video.addEventListener('waiting', () => {
    observed.waiting++;
    tell(`waiting at ${video.currentTime}, buffered to ${video.buffered.length && video.buffered.end(video.buffered.length - 1)}`);
  });
  video.addEventListener('playing', () => tell(`playing at ${video.currentTime}`));
  video.addEventListener('seeking', () => observed.seeks++);
  video.addEventListener('error', () => observed.errors.push(`element: ${video.error && video.error.message}`));
  video.requestVideoFrameCallback(() => { observed.firstFrame = performance.now() / 1000; });
}

// hls.js: every error counts, also those it can mend by itself; what it says is kept for whoever has to find out why.
const told = [];
const tell = (...words) => told.push(`${(performance.now() / 1000).toFixed(3)} ${words.join(' ')}`);
if (window.Hls) {
  window.Hls = class extends Hls {
    constructor(config) {
      super({ ...config, debug: { trace: tell, debug: tell, log: tell, info: tell, warn: tell, error: tell } });
      this.on(Hls.Events.ERROR, (_, { fatal, details, reason, error }) =>
        observed.errors.push(`${fatal ? 'fatal ' : ''}${details} ${reason || (error && error.message) || ''}`));
    }

    attachMedia(video) {
      observeVideo(video);
      super.attachMedia(video);
    }
  };
}
