"""Player of GStreamer, for tests: gst-player.py playbin|playbin3 URL

Prints each picture that it shows, as the brightness of the blocks of io.xg2g.service.PictureCounter: "P" and 40 numbers, those of
the first row first; and errors, "E" and a text. Reads commands, one a line: pause, resume, seek SECONDS (relative), tracks (answered
by "T" and the number of audio tracks), audio NUMBER. Ends with its standard input.
"""
import sys
import threading

import gi

gi.require_version('Gst', '1.0')
from gi.repository import GLib, Gst

BLOCKS = 20
WIDTH, HEIGHT = 320, 180
Gst.init(None)
player = Gst.ElementFactory.make(sys.argv[1], None)
player.set_property('uri', sys.argv[2])
video = Gst.parse_bin_from_description(
    f'videoconvert ! videoscale ! video/x-raw,format=GRAY8,width={WIDTH},height={HEIGHT},pixel-aspect-ratio=1/1'
    ' ! appsink name=pictures sync=true emit-signals=true max-buffers=2', True)
player.set_property('video-sink', video)
audio = Gst.ElementFactory.make('fakesink', None)
audio.set_property('sync', True)
player.set_property('audio-sink', audio)
collection = None
lock = threading.Lock()


def say(*words):
    with lock:
        print(*words, flush=True)


def picture(sample):
    buffer = sample.get_buffer()
    ok, info = buffer.map(Gst.MapFlags.READ)
    if ok:
        stride = info.size // HEIGHT
        say('P', *(info.data[HEIGHT * row // 20 * stride + int((block + 0.5) * WIDTH / BLOCKS)]
                   for row in (1, 3) for block in range(BLOCKS)))
        buffer.unmap(info)
    return Gst.FlowReturn.OK


pictures = video.get_by_name('pictures')
pictures.connect('new-sample', lambda sink: picture(sink.emit('pull-sample')))
pictures.connect('new-preroll', lambda sink: picture(sink.emit('pull-preroll')))


def tracks(kind):
    return [stream for stream in (collection.get_stream(i) for i in range(collection.get_size()))
            if stream.get_stream_type() & kind] if collection else []


def choose(number):
    if sys.argv[1] == 'playbin':
        player.set_property('current-audio', number)
        return
    chosen = tracks(Gst.StreamType.VIDEO)[:1] + [tracks(Gst.StreamType.AUDIO)[number]]
    player.send_event(Gst.Event.new_select_streams([stream.get_stream_id() for stream in chosen]))


def command(words):
    if words[0] == 'pause':
        player.set_state(Gst.State.PAUSED)
    elif words[0] == 'resume':
        player.set_state(Gst.State.PLAYING)
    elif words[0] == 'seek':
        ok, now = player.query_position(Gst.Format.TIME)
        done = ok and player.seek_simple(
            Gst.Format.TIME, Gst.SeekFlags.FLUSH | Gst.SeekFlags.KEY_UNIT, max(0, now + int(words[1]) * Gst.SECOND))
        if not done:
            say('E', 'the seek is refused')
    elif words[0] == 'tracks':
        say('T', player.get_property('n-audio') if sys.argv[1] == 'playbin' else len(tracks(Gst.StreamType.AUDIO)))
    elif words[0] == 'audio':
        choose(int(words[1]))
    return False


def read():
    for line in sys.stdin:
        GLib.idle_add(command, line.split())
    loop.quit()


def message(_, one):
    global collection
    if one.type == Gst.MessageType.ERROR:
        error, detail = one.parse_error()
        say('E', error.message, (detail or '').replace('\n', ' ')[:200])
    elif one.type == Gst.MessageType.EOS:
        say('E', 'the stream has ended')
    elif one.type == Gst.MessageType.STREAM_COLLECTION:
        collection = one.parse_stream_collection()
    elif one.type == Gst.MessageType.BUFFERING and not live:
        # As players have to: the clock stands while data are awaited.
        player.set_state(Gst.State.PLAYING if one.parse_buffering() == 100 else Gst.State.PAUSED)
    elif one.type == Gst.MessageType.LATENCY:
        player.recalculate_latency()


loop = GLib.MainLoop()
bus = player.get_bus()
bus.add_signal_watch()
bus.connect('message', message)
live = player.set_state(Gst.State.PLAYING) == Gst.StateChangeReturn.NO_PREROLL
threading.Thread(target=read, daemon=True).start()
loop.run()
player.set_state(Gst.State.NULL)
