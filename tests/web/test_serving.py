"""The running server under what a network does: bodies that are too large or never come,
processes that die again and again.
"""

import os
import signal
import socket

from tests.serving import called, house, until

__all__ = ["house"]
FORM = (
    b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
    b"application/x-www-form-urlencoded\r\n"
)


def post(server, length, body):
    """Send a form that says how long it is; the connection comes back."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    connection.sendall(FORM + f"Content-Length: {length}\r\n\r\n".encode() + body)
    return connection


def everything(connection):
    """What comes until the other side closes."""
    parts = []
    while part := connection.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)


def web(server):
    return [child for child in server.children() if called(child) == "washline-web"]


def test_the_server_outlives_what_a_network_and_a_sick_process_do(house):
    with house.serving() as server:
        # Too large: the whole body is taken, so that the sentence arrives, and the connection ends
        # as it says.
        head, _, page = everything(post(server, 7_000_000, b"a" * 7_000_000)).partition(b"\r\n\r\n")
        assert b" 413 " in head and b"connection: close" in head.lower() and b"5 MB" in page
        # Bodies that never come, more than there are places to work: everybody else is answered.
        idle = [post(server, 1000, b"a=1") for _ in range(12)]
        assert server.get("/login").status == 200
        for connection in idle:
            connection.close()
        # The same process, killed twice at once: the server would have given up.
        for _ in range(2):
            victims = web(server)
            os.kill(victims[0], signal.SIGKILL)
            until(lambda gone=victims[0]: web(server) and gone not in web(server))
        until(server.answers)
        assert server.process.poll() is None
