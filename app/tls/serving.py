"""How the running server speaks HTTPS, and how it comes to a new certificate."""

from __future__ import annotations

import logging
import os
import signal
import threading
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from flask import Flask

from app import clock
from app.tls import files
from app.tls.files import Certificate
from app.tls.given import BadCertificate

log = logging.getLogger("washline.tls")
# In seconds: how soon a new file is seen, and how often one is made if it is time.
LOOKED, RENEWED = 1.0, 3600.0


class Tls(NamedTuple):
    """The certificate, the port where HTTPS is spoken, and the one that leads there."""

    certificate: Certificate
    port: int
    http_port: int

    @property
    def insists(self) -> bool:
        """Whether browsers are told to come by HTTPS alone (HSTS). They then do at every port of
        that name: whom to trust could not be read any more where it must be, without HTTPS.
        """
        return self.certificate.root is None and (self.port, self.http_port) == (443, 80)

    def address(self, host: str) -> str:
        return f"https://{host}{'' if self.port == 443 else f':{self.port}'}"

    def plain_address(self, host: str) -> str:
        return f"http://{host}{'' if self.http_port == 80 else f':{self.http_port}'}"


def keep(app: Flask, stopping: threading.Event) -> None:
    """In the server's first process: renew the certificate in time, and have the web processes
    follow each other when there is another one, whoever put it there.
    """
    home, tried = Path(app.config["HOME"]), monotonic()
    while not stopping.wait(LOOKED):
        try:
            if monotonic() - tried > RENEWED:
                tried = monotonic()
                files.renew(home, clock.now())
            found = files.current(home)
        except (BadCertificate, OSError):
            if monotonic() - tried < LOOKED * 2:
                log.exception("the certificate in %s cannot be used or renewed", home)
            continue
        if found and found.seen != app.config["TLS"].certificate.seen:
            app.config["TLS"] = app.config["TLS"]._replace(certificate=found)
            os.kill(os.getpid(), signal.SIGHUP)
