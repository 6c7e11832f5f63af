"""RTSP server of any GStreamer pipelines, for tests: rtsp-launch.py NAME=LAUNCH...

A name that ends with «-udp» is sent over UDP only. Under one that ends with «-late», the identity «gate» drops everything but the
first buffer for ten seconds; without that buffer the server would not start. Prints the port once it listens. Ends with its standard input.
"""
import sys
import threading

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstRtsp', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer

LATE_SECONDS = 10


def close_for_a_while(_factory, media):
    gate = media.get_element().get_by_name('gate')

    def close(_gate, _buffer):
        gate.disconnect(handler)
        gate.set_property('drop-probability', 1)

    handler = gate.connect('handoff', close)
    GLib.timeout_add_seconds(LATE_SECONDS, lambda: gate.set_property('drop-probability', 0) and False)


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
        factory.connect('media-configure', close_for_a_while)
    server.get_mount_points().add_factory('/' + name, factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
loop = GLib.MainLoop()
threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
loop.run()
