"""RTSP server of generated cameras, for tests: rtsp-server.py WIDTH HEIGHT FPS CODEC ID:Y:U:V...

Each camera shows its own color; the upper part of frame n has 16 blocks, black or white: the bits of n, the highest first.
CODEC is h264 or jpeg. Prints the port once it listens. Ends with its standard input.
"""
import sys
import threading

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtspServer

BITS = 16
Gst.init(None)
width, height, fps = (int(value) for value in sys.argv[1:4])
encoder = {
    'h264': f'x264enc tune=zerolatency speed-preset=ultrafast threads=1 bitrate=1000 key-int-max={fps} ! '
            'rtph264pay name=pay0 pt=96 config-interval=1',
    'jpeg': 'jpegenc quality=90 ! rtpjpegpay name=pay0 pt=26',
}[sys.argv[4]]


class Camera(GstRtspServer.RTSPMediaFactory):
    def __init__(self, color):
        super().__init__()
        self.color = color
        self.set_shared(True)
        self.number = 0
        self.set_launch(
            '( appsrc name=source is-live=true format=time max-buffers=2 block=true caps=video/x-raw,format=I420,'
            f'width={width},height={height},framerate={fps}/1 ! {encoder} )')

    def do_configure(self, media):
        source = media.get_element().get_child_by_name('source')
        first = self.number
        source.connect('need-data', self.need_data, first)

    def need_data(self, source, _length, first):
        y, u, v = self.color
        block = width // BITS
        row = b''.join(bytes([235 if self.number >> (BITS - 1 - bit) & 1 else 16]) * block for bit in range(BITS))
        row += bytes([y]) * (width - len(row))
        bits = height // 4
        luma = row * bits + bytes([y]) * (width * (height - bits))
        chroma = width * height // 4
        buffer = Gst.Buffer.new_wrapped(luma + bytes([u]) * chroma + bytes([v]) * chroma)
        buffer.pts = buffer.dts = (self.number - first) * Gst.SECOND // fps
        buffer.duration = Gst.SECOND // fps
        self.number += 1
        source.emit('push-buffer', buffer)


server = GstRtspServer.RTSPServer()
server.set_address('127.0.0.1')
server.set_service('0')
for argument in sys.argv[5:]:
    name, *color = argument.split(':')
    server.get_mount_points().add_factory('/' + name, Camera([int(value) for value in color]))
server.attach(None)
loop = GLib.MainLoop()


def end_with_input():
    sys.stdin.read()
    loop.quit()


threading.Thread(target=end_with_input, daemon=True).start()
print(server.get_bound_port(), flush=True)
loop.run()
