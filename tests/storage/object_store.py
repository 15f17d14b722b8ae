"""An S3 server for tests: moto's, a stand-in for an object store of Amazon's or another maker's. It
keeps what it is sent in memory and can go away, come back, and forget what others know.
"""

import threading
from contextlib import contextmanager
from itertools import count

from werkzeug.serving import WSGIRequestHandler, make_server

NUMBERS = count(1)
ACCESS = {
    "AWS_ACCESS_KEY_ID": "house",
    "AWS_SECRET_ACCESS_KEY": "nobody knows",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_MAX_ATTEMPTS": "1",  # the pauses between them are not tested here
}


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_):
        pass


class ObjectStore:
    """The running server. ``forgets`` a header of requests, ``asked`` tells which came."""

    def __init__(self):
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        self.moto = DomainDispatcherApplication(create_backend_app)
        self.port, self.forgets, self.asked = 0, None, []
        self.begin()

    def __call__(self, environ, start_response):
        self.asked.append(dict(environ))
        environ.pop(self.forgets, None)
        return self.moto(environ, start_response)

    def begin(self):
        self.server = make_server(
            "127.0.0.1", self.port, self, threaded=True, request_handler=Quiet
        )
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @contextmanager
    def away(self):
        self.end()
        try:
            yield
        finally:
            self.begin()

    @property
    def access(self):
        """By which environment a program finds it."""
        return {**ACCESS, "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{self.port}"}

    def bucket(self):
        """The URL of a new bucket."""
        name = f"plant-{next(NUMBERS)}"
        self.client().create_bucket(Bucket=name)
        return f"s3://{name}/files"

    def client(self):
        from boto3.session import Session

        return Session("house", "nobody knows", region_name="us-east-1").client(
            "s3", endpoint_url=self.access["AWS_ENDPOINT_URL_S3"]
        )
