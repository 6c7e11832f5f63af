"""RTSP server of any GStreamer pipelines, for tests: rtsp-launch.py NAME=LAUNCH...

A name that ends with «-udp» is sent over UDP only. Under one that ends with «-late», the identity «gate» drops everything for ten
seconds, however often clients connect meanwhile; but it is open until the server has answered PLAY, which waits for a buffer of every
stream. Prints the port once it listens. Ends with its standard input.
"""
import sys
import threading
import time

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstRtsp', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer

LATE_SECONDS = 10


class LateAudio:
    """Closes the gate from the first time that the camera plays."""

    def __init__(self):
        self.opens = None

    def configure(self, _factory, media):
        gate = media.get_element().get_by_name('gate')
        media.connect('new-state', lambda _media, state: self.close(gate) if state == Gst.State.PLAYING else None)

    def close(self, gate):
        now = time.monotonic()
        self.opens = self.opens or now + LATE_SECONDS
        if now < self.opens:
            gate.set_property('drop-probability', 1)
            GLib.timeout_add(int(1000 * (self.opens - now)), lambda: gate.set_property('drop-probability', 0) and False)


Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address('127.0.0.1')
server.set_service('0')
for argument in sys.argv[1:]:
    name, launch = argument.split('=', 1)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch('( ' + launch + ' )')
    factory.set_shared(True)
    if name.endswith('-udp'):
        factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
    if name.endswith('-late'):
        factory.connect('media-configure', LateAudio().configure)
    server.get_mount_points().add_factory('/' + name, factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
loop = GLib.MainLoop()
threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
loop.run()
