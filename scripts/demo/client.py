"""The demo's clients where curl does not do.

    client.py ask udp|tcp ADDRESS PORT COUNT
        sends COUNT requests, each from a new socket, and prints the answers
    client.py loop ADDRESS PORT
        sends HTTP requests, each over a new connection, until SIGTERM; SIGUSR1 prints what was counted since the last
        time, as "requests=N failed=F NAME=n...", and so does the end
"""

import collections
import signal
import socket
import struct
import sys
import time

PATIENCE = 5  # seconds: far more than an answer takes, even in an emulated machine


def ask(protocol, address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    with socket.socket(family, kind) as connection:
        connection.settimeout(PATIENCE)
        connection.connect((address, port))
        connection.sendall(b"hello\n")
        return connection.recv(2048).decode().rstrip()


def get(address, port):
    """One HTTP request; the name of the pod that answered."""
    with socket.socket() as connection:
        connection.settimeout(PATIENCE)
        # Closing with a reset makes IPVS forget the connection in 10 seconds instead of 2 minutes.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.connect((address, port))
        connection.sendall(b"GET / HTTP/1.1\r\nHost: demo\r\n\r\n")
        answer = b""
        while piece := connection.recv(2048):
            answer += piece
        return answer.split(b"\r\n\r\n")[1].split()[0].decode()


def loop(address, port):
    wanted = set()
    for number in (signal.SIGUSR1, signal.SIGTERM):
        signal.signal(number, lambda got, _: wanted.add(got))
    counts, requests, failed = collections.Counter(), 0, 0
    while True:
        requests += 1
        try:
            counts[get(address, port)] += 1
        except (OSError, IndexError) as error:
            failed += 1
            print(f"request {requests}: {error!r}", file=sys.stderr, flush=True)
        if wanted:
            answered = "".join(f" {name}={counts[name]}" for name in sorted(counts))
            print(f"requests={requests} failed={failed}{answered}", flush=True)
            if signal.SIGTERM in wanted:
                return
            wanted.clear()
            counts, requests, failed = collections.Counter(), 0, 0
        time.sleep(0.01)


if __name__ == "__main__":
    if sys.argv[1] == "ask":
        for _ in range(int(sys.argv[5])):
            print(ask(sys.argv[2], sys.argv[3], int(sys.argv[4])))
    else:
        loop(sys.argv[2], int(sys.argv[3]))
