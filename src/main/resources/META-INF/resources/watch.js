'use strict';

// Lists the channels page by page and plays one: with hls.js if the browser has Media Source Extensions, otherwise natively.
// If the service requires authentication, the page asks for a token and stores it in the session storage of the tab.
const REFRESH_MS = 10000;
const PAGE = 100;
const SEARCH_MS = 250;
const RETRY_MS = 1000;
const RECOVERY_MS = 5000;
const get = (id) => document.getElementById(id);
const video = get('video');
let token = sessionStorage.getItem('token');
let channels = [];
const cards = new Map();
let offset = 0;
let total = 0;
let request = 0;
let playing = null;
let plays = 0;
let hls = null;
let operator = true;
let clustered = true;

// URLs of channels are resolved relative to the page, so that it works under any path prefix of a proxy.
function relative(path) {
  return path.match(/live\/[^/]+\/[^/?]+(\?.*)?$/)[0];
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

async function ask(path, options = {}) {
  const answer = await fetch(path, { ...options, headers: token ? { Authorization: `Bearer ${token}` } : {} });
  if (answer.status === 401 || answer.status === 403) identify(token ? 'This token is not valid.' : '');
  if (!answer.ok) throw new Error(`the service answers with ${answer.status}`);
  return answer;
}

function identify(refusal) {
  get('refused').textContent = refusal;
  get('identify').hidden = false;
}

get('identify').onsubmit = (event) => {
  event.preventDefault();
  token = get('token').value.trim();
  sessionStorage.setItem('token', token);
  get('token').value = '';
  get('identify').hidden = true;
  refresh();
};

// Of several concurrent requests only the response to the latest one is used.
async function refresh() {
  const mine = ++request;
  const query = new URLSearchParams({ search: get('filter').value.trim(), offset, limit: PAGE });
  try {
    const answer = await ask(`api/v1/channels?${query}`);
    const listed = await answer.json();
    if (mine !== request) return;
    channels = listed;
    total = Number(answer.headers.get('X-Total-Count'));
    get('identify').hidden = true;
    get('m3u').hidden = Boolean(token);
    notice('');
    show();
    showCameras();
    showState();
  } catch (failure) {
    notice(`The list of channels is not available: ${failure.message}`);
    return;
  }
  // The page does not exist any more: channels were removed meanwhile.
  if (channels.length === 0 && offset > 0) turn(0);
}

function turn(to) {
  offset = Math.max(0, to);
  return refresh();
}

function show() {
  const focused = document.activeElement;
  const groups = new Map();
  for (const channel of channels) {
    if (!groups.has(channel.group)) groups.set(channel.group, []);
    groups.get(channel.group).push(channel);
  }
  const sections = [];
  for (const [name, members] of groups) {
    const grid = element('div', 'grid');
    grid.append(...members.map(card));
    sections.push(element('h2', '', name), grid);
  }
  get('groups').replaceChildren(...sections);
  // A card that was moved, or made anew, loses the focus.
  const same = cards.get(focused.dataset.channel);
  if (same && same.button !== document.activeElement) same.button.focus({ preventScroll: true });
  get('empty').hidden = total > 0 || get('filter').value.trim() !== '';
  get('pages').hidden = total <= PAGE;
  get('previous').disabled = offset === 0;
  get('next').disabled = offset + channels.length >= total;
  get('range').textContent = `${offset + 1} to ${offset + channels.length} of ${total}`;
}

// A card stays the same element as long as its channel does: it may have the focus, and a logo that is missing is not asked for again.
function card(channel) {
  const key = [channel.name, channel.live, channel.logo].join('\n');
  const known = cards.get(channel.id);
  const { button, image } = known && known.key === key ? known : made(channel, key);
  if (channel.live && token) {
    preview(image, relative(channel.preview));
  } else if (channel.live) {
    image.src = `${relative(channel.preview)}?${Math.floor(Date.now() / REFRESH_MS)}`;
  }
  if (playing === channel.id) button.setAttribute('aria-current', 'true');
  else button.removeAttribute('aria-current');
  button.onclick = () => play(channel);
  return button;
}

function made(channel, key) {
  const button = element('button', 'card');
  button.type = 'button';
  button.title = channel.name;
  button.dataset.channel = channel.id;
  const picture = element('span', 'picture', '▶');
  const image = element('img', channel.live ? '' : 'logo');
  image.alt = '';
  image.onload = () => picture.replaceChildren(image);
  image.onerror = () => picture.replaceChildren('▶');
  if (channel.logo && !channel.live) {
    image.loading = 'lazy';
    image.src = channel.logo;
    picture.replaceChildren(image);
  }
  const name = element('span', 'name');
  name.append(element('span', '', channel.name));
  if (channel.live) name.append(element('span', 'state live', 'live'));
  button.append(picture, name);
  const parts = { key, button, image };
  cards.set(channel.id, parts);
  return parts;
}

// Of several concurrent requests for an image only the latest one counts.
async function preview(image, path) {
  const mine = {};
  image.latest = mine;
  let picture = '';
  try {
    picture = URL.createObjectURL(await (await ask(path)).blob());
    if (image.latest !== mine) return;
    image.src = picture;
    await image.decode();
  } catch {
    if (image.latest === mine) image.dispatchEvent(new Event('error'));
  } finally {
    URL.revokeObjectURL(picture);
  }
}

// Lists the cameras whose names contain the search text, each with its latest frame.
async function showCameras() {
  try {
    const text = get('filter').value.trim().toLowerCase();
    const listed = await (await ask('api/v1/cameras')).json();
    const cameras = listed.filter((camera) => camera.name.toLowerCase().includes(text));
    const grid = element('div', 'grid');
    grid.append(...cameras.map(cameraCard));
    get('cameras').replaceChildren(element('h2', '', 'Cameras'), grid);
    get('cameras').hidden = cameras.length === 0;
  } catch {
    get('cameras').hidden = true;
  }
}

function cameraCard(camera) {
  const path = `api/v1/cameras/${camera.id}/`;
  const link = element('a', 'card');
  link.href = `${path}frames.mjpeg`;
  if (token) link.onclick = () => false;
  const picture = element('span', 'picture');
  if (camera.state === 'live' || camera.state === 'frozen') {
    const image = element('img');
    image.alt = '';
    image.onerror = () => image.remove();
    preview(image, `${path}frame.jpg`);
    picture.append(image);
  }
  const name = element('span', 'name');
  name.append(element('span', '', camera.name), element('span', camera.state === 'live' ? 'state live' : 'state', camera.state));
  link.title = camera.reason ? `${camera.name}: ${camera.reason}` : camera.name;
  link.append(picture, name);
  return link;
}

// Says what is wrong with the source, and why fewer renditions or frames are encoded than the channel could have. Only operators are told.
async function showState() {
  const id = playing;
  if (!id || !operator) {
    get('state').textContent = '';
    return;
  }
  try {
    const answer = await fetch(`api/v1/streams/${id}`, { headers: token ? { Authorization: `Bearer ${token}` } : {} });
    operator = answer.status !== 401 && answer.status !== 403;
    const stream = answer.ok ? await answer.json() : {};
    if (playing === id) get('state').textContent = sentences(stream).join(' · ');
    showCluster();
  } catch {
    // Asked again at the next refresh.
  }
}

function sentences({ trouble, noSignalSince, ladder }) {
  return [
    trouble && trouble.detail,
    noSignalSince && `no signal since ${new Date(noSignalSince).toLocaleTimeString()}`,
    ladder,
  ].filter(Boolean);
}

// Says what a cluster has to do, while a channel is played. Only operators are told; a service on its own is asked once.
async function showCluster() {
  if (!operator || !clustered) return;
  try {
    const answer = await fetch('api/v1/queue', { headers: token ? { Authorization: `Bearer ${token}` } : {} });
    operator = answer.status !== 401 && answer.status !== 403;
    if (!answer.ok) return;
    const queue = await answer.json();
    clustered = Boolean(queue.members);
    get('cluster').hidden = !clustered;
    if (!clustered) return;
    const workers = queue.workers || { slots: 0, running: 0 };
    const missing = (queue.missingMembers || []).map((name) => `${name} does not answer`);
    get('cluster').textContent = [
      `Gateways: ${queue.members.map(({ member }) => member).join(', ')}`,
      `${queue.running + workers.running} of ${queue.slots + workers.slots} slots busy`,
      `${queue.waiting.total} waiting`,
      ...missing,
    ].join(' · ');
  } catch {
    // Asked again at the next refresh.
  }
}

function say(text) {
  get('status').textContent = text;
}

function notice(text) {
  get('notice').textContent = text;
  get('notice').hidden = text === '';
}

function stop() {
  if (hls) hls.destroy();
  hls = null;
  playing = null;
  video.onerror = null;
  video.removeAttribute('src');
  video.load();
  get('player').hidden = true;
  show();
}

async function play(channel) {
  stop();
  plays++;
  playing = channel.id;
  history.replaceState(null, '', `#${channel.id}`);
  get('player').hidden = false;
  get('title').textContent = channel.name;
  say('Starting …');
  get('state').textContent = '';
  qualities([]);
  audioTracks();
  show();
  showState();
  get('player').scrollIntoView({ block: 'nearest' });
  try {
    const url = await address(channel);
    if (playing !== channel.id) return;
    if (window.Hls && Hls.isSupported()) {
      withHlsJs(channel, url);
    } else {
      video.onerror = () => {
        if (playing !== channel.id) return;
        say('The channel is not available; trying again.');
        again(channel, null);
      };
      video.src = url;
    }
  } catch (failure) {
    say(`The channel is not available: ${failure.message}`);
  }
}

// A playback URL is valid for hours; after that, or after a change of the network, a new one is requested.
async function address(channel) {
  const playback = await ask(`api/v1/channels/${channel.id}/playback`, { method: 'POST' });
  return relative((await playback.json()).hls);
}

function withHlsJs(channel, url) {
  hls = new Hls({ backBufferLength: 30 });
  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    qualities(hls.levels);
    video.play().catch(() => say('Press play.'));
  });
  hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, audioTracks);
  hls.on(Hls.Events.AUDIO_TRACK_SWITCHED, audioTracks);
  hls.on(Hls.Events.LEVEL_SWITCHED, (_, { level }) => say(`${hls.levels[level].height} lines`));
  let recovered = 0;
  hls.on(Hls.Events.ERROR, (_, { fatal, type, details, response }) => {
    if (!fatal) return;
    const broken = hls;
    const incompatible = details === Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR;
    if (incompatible) {
      say('This browser cannot play the codec of the channel.');
    } else {
      say(response && response.code ? `The channel is not available (${response.code}); trying again.` : 'Trying again.');
    }
    if (type === Hls.ErrorTypes.MEDIA_ERROR && !incompatible && Date.now() - recovered > RECOVERY_MS) {
      recovered = Date.now();
      broken.recoverMediaError();
    } else {
      again(channel, broken, incompatible ? REFRESH_MS : RETRY_MS);
    }
  });
  hls.loadSource(url);
  hls.attachMedia(video);
}

// Requests a new address; with hls.js for the player that has failed, otherwise for the video element.
function again(channel, broken, pause = RETRY_MS) {
  const mine = plays;
  const over = () => playing !== channel.id || hls !== broken || plays !== mine;
  setTimeout(async () => {
    if (over()) return;
    try {
      const url = await address(channel);
      if (over()) return;
      if (broken) broken.loadSource(url);
      else video.src = url;
    } catch {
      if (!over()) again(channel, broken, pause);
    }
  }, pause);
}

function qualities(levels) {
  const choice = get('quality');
  const options = [new Option('Automatic', '-1')];
  levels.forEach((level, index) => options.push(new Option(`${level.height} lines`, String(index))));
  choice.replaceChildren(...options);
  choice.parentElement.hidden = levels.length < 2;
}

function audioTracks() {
  const choice = get('audio');
  const tracks = hls ? hls.audioTracks : [];
  choice.replaceChildren(...tracks.map((track, index) => new Option(track.name, String(index))));
  if (hls) choice.value = String(hls.audioTrack);
  choice.parentElement.hidden = tracks.length < 2;
}

get('audio').onchange = (event) => {
  if (hls) hls.audioTrack = Number(event.target.value);
};
get('quality').onchange = (event) => {
  if (hls) hls.nextLevel = Number(event.target.value);
};
get('close').onclick = () => {
  history.replaceState(null, '', '.');
  stop();
};
let typing;
get('filter').oninput = () => {
  clearTimeout(typing);
  typing = setTimeout(() => turn(0), SEARCH_MS);
};
get('previous').onclick = () => turn(offset - PAGE);
get('next').onclick = () => turn(offset + PAGE);
video.onplaying = () => say('');

refresh().then(async () => {
  const id = location.hash.slice(1);
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(id)) return;
  try {
    play(channels.find((channel) => channel.id === id) || (await (await ask(`api/v1/channels/${id}`)).json()));
  } catch {
    // The channel does not exist any more.
  }
});
setInterval(() => document.hidden || refresh(), REFRESH_MS);
