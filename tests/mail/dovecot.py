"""A Dovecot of this run, for as long as it lasts: any login with one password, on loopback."""

import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from tests import databases, memory

PASSWORD = "plum-tree-river"
CONF = """
protocols = imap
base_dir = {folder}/run
log_path = {folder}/log
ssl = no
first_valid_uid = 1
{users}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    {listen} = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""
OLD = """
state_dir = {folder}/state
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
"""
NEW = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
state_dir = {folder}/state
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {folder}/mail/%{{user}}
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {group}
    home = {folder}/mail/%{{user}}
  }}
}}
"""


class Dovecot:
    """``box`` is a login of it for a test to put mails into."""

    def __init__(self, folder, port):
        self.folder, self.port = folder, port

    @contextmanager
    def box(self, user):
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as box:
            box.login(user, PASSWORD)
            yield box

    def put(self, user, *raws, folder="INBOX"):
        with self.box(user) as box:
            for raw in raws:
                assert box.append(folder, None, None, raw)[0] == "OK"

    def count(self, user, folder="INBOX"):
        with self.box(user) as box:
            return int(box.select(folder, readonly=True)[1][0])

    def url(self, user, folder=""):
        return f"imap://{user}@127.0.0.1:{self.port}/{folder}"


@contextmanager
def running():
    """Start it and stop it."""
    program = shutil.which("dovecot") or "/usr/sbin/dovecot"
    account = databases._account()
    user = pwd.getpwuid(account["user"] if account else os.getuid())
    folder = Path(tempfile.mkdtemp(prefix="washline-dc-", dir=memory.folder()))
    (folder / "mail").mkdir()
    shutil.chown(folder / "mail", user.pw_uid, user.pw_gid)
    folder.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    is_old = said.startswith("2.3")
    own = f"default_internal_user = {user.pw_name}\ndefault_login_user = {user.pw_name}\n"
    words = {"folder": folder, "password": PASSWORD, "user": user.pw_uid, "group": user.pw_gid}
    words |= {"port": port, "users": "" if account else own}
    words |= {"listen": "address" if is_old else "listen"}
    # The first line of a new one says of which version it is.
    conf = OLD + CONF if is_old else NEW.lstrip() + CONF
    (folder / "conf").write_text(conf.format(**words))
    server = subprocess.Popen(
        [program, "-F", "-c", folder / "conf"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        wait_for(port, server, folder)
        yield Dovecot(folder, port)
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(port, server, folder):
    for _ in range(100):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
    log = folder / "log"
    raise AssertionError(log.read_text() if log.exists() else server.stdout.read().decode())
