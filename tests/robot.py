"""A group robot at this machine: a real HTTP server that keeps what it was sent and answers as
it is told.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OK = {"errcode": 0, "errmsg": "ok"}


class Robot:
    """``answer`` is a status with a body; ``hangs`` says nothing until the end of the test.

    ``got`` holds path and body of each message.
    """

    def __init__(self):
        self.got, self.answer, self.hangs, self.done = [], (200, OK), False, threading.Event()
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                robot.got.append((self.path, json.loads(body)))
                if robot.hangs:
                    robot.done.wait(60)
                    return
                status, answer = robot.answer
                self.send_response(status)
                if status in (301, 302, 307):
                    self.send_header("Location", f"{robot.origin}/elsewhere")
                self.end_headers()
                self.wfile.write(
                    answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                )

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def texts(self):
        return [
            (body.get("text") or body.get("content"))["content" if "text" in body else "text"]
            for _, body in self.got
        ]

    def close(self):
        self.done.set()
        self.server.shutdown()
        self.server.server_close()
