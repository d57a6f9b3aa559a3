"""What runs in the demo's pods: answers with its pod's name and the client address it saw.

    pod_server.py NAME... < pods

One process serves all the pods named: it enters each one's network namespace (/run/netns/NAME) to open the sockets,
and sockets stay where they were opened. HTTP requests get an HTTP answer, other TCP lines and UDP datagrams a plain one
with their own text behind it. Prints "ready" once everything listens; ends with SIGTERM.
"""

import ctypes
import os
import selectors
import socket
import sys

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def enter(name):
    """Moves this process into a pod's network namespace."""
    with open(f"/run/netns/{name}") as namespace:
        if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"cannot enter pod {name}")


def answer(name, client, request):
    text = f"{name} saw {client[0]}"
    if request.startswith((b"GET ", b"HEAD ")):
        body = text + "\n"
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        return (head + body).encode()
    return text.encode() + b": " + request.rstrip() + b"\n"


def on_datagram(server, name):
    request, client = server.recvfrom(2048)
    server.sendto(answer(name, client, request), client)


def on_connection(server, name):
    # Requests are one small packet, so a connection is answered in one go; a client that sends none is let go.
    connection, client = server.accept()
    with connection:
        connection.settimeout(2)
        try:
            connection.sendall(answer(name, client, connection.recv(2048)))
        except OSError:
            pass


def listen(selector, name, address, protocol, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    kind, action = (
        (socket.SOCK_DGRAM, on_datagram) if protocol == "udp" else (socket.SOCK_STREAM, on_connection)
    )
    server = socket.socket(family, kind)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((address, port))
    if kind == socket.SOCK_STREAM:
        server.listen(128)
    selector.register(server, selectors.EVENT_READ, (action, name))


def main():
    selector = selectors.DefaultSelector()
    for line in sys.stdin:
        fields = line.split()
        if not fields or fields[0] not in sys.argv[1:]:
            continue
        name, *addresses, ports = fields
        enter(name)
        for address in addresses:
            for port in ports.split(","):
                if address != "-" and port != "-":
                    protocol, number = port.split(":")
                    listen(selector, name, address, protocol, int(number))
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            action, name = key.data
            action(key.fileobj, name)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    os.chdir("/")
    main()
