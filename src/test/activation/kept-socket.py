"""Socket activation as systemd does it, without systemd.

    kept-socket.py keep PATH PORT         listens on a port of loopback, accepts nothing, and gives the socket to each client of PATH
    kept-socket.py run PATH COMMAND…      runs a command with that socket as its standard input
"""

import os
import socket
import sys

if sys.argv[1] == "keep":
    clients = socket.socket(socket.AF_UNIX)
    clients.bind(sys.argv[2])
    clients.listen()
    listening = socket.create_server(("127.0.0.1", int(sys.argv[3])), backlog=1024)
    while True:
        client, _ = clients.accept()
        with client:
            socket.send_fds(client, [b"."], [listening.fileno()])
else:
    keeper = socket.socket(socket.AF_UNIX)
    keeper.connect(sys.argv[2])
    _, [descriptor], _, _ = socket.recv_fds(keeper, 1, 1)
    os.dup2(descriptor, 0)
    os.execvp(sys.argv[3], sys.argv[3:])
