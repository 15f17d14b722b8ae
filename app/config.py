"""Settings, all from the environment (see docs/settings.md)."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import make_url

from app.database import engine_options
from app.database_url import driver_url

# Of the store: papers on file, and files that people attached.
FOLDERS = ("archive", "uploads")
# The file in a home folder that makes it a practice copy's (its second line names the database
# where that is on PostgreSQL), and what then is not asked of the environment: the real plant's
# database, files and ways out.
PRACTICE = "practice-copy"
OUTWARD = frozenset(
    (
        "DATABASE_URL",
        "WASHLINE_OWNER_URL",
        "WASHLINE_STORE_URL",
        "WASHLINE_SECRET_FILE",
        "WASHLINE_WITNESS",
        "WASHLINE_PAPER_DAY_FOLDER",
        "WASHLINE_VOUCHER_FOLDER",
        "WASHLINE_INBOX",
        "WASHLINE_ROBOT_HOSTS",
        "WASHLINE_METRICS_TOKEN_FILE",
        "WASHLINE_URL",
        "MAIL_IN_URL",
        "MAIL_IN_PASSWORD_FILE",
    )
)
# So long is a secret that is given at least.
SHORTEST = 32
# A shorter token could be guessed.
TOKEN_LENGTH = 20


class BadSetting(Exception):
    """A setting that cannot be; the message is one sentence."""


def settings() -> dict[str, Any]:
    """Return Flask's configuration from WASHLINE_HOME, DATABASE_URL, WASHLINE_*; makes the home
    folder and its secret.
    """
    home = Path(os.environ.get("WASHLINE_HOME", "instance")).resolve()
    practice = (home / PRACTICE).exists()
    given = {
        name: value for name, value in os.environ.items() if not practice or name not in OUTWARD
    } | (beside_the_plant(home / PRACTICE) if practice else {})
    store = file_store(given.get("WASHLINE_STORE_URL", ""))
    make_home(home, store)
    url = driver_url(given.get("DATABASE_URL") or f"sqlite:///{home / 'washline.sqlite3'}")
    owner = given.get("WASHLINE_OWNER_URL", "")
    hops = given.get("WASHLINE_PROXY_HOPS", "0")
    if not hops.isdecimal():
        raise BadSetting(f"WASHLINE_PROXY_HOPS is a whole number of proxies, not {hops!r}")
    # A copy is reached by the plant's name, at another port.
    name = urlsplit(os.environ.get("WASHLINE_URL", "")).hostname
    names = [name, "localhost", "127.0.0.1"] if name else None
    log = given.get("WASHLINE_LOG") or "plain"
    if log not in ("plain", "json"):
        raise BadSetting(f"WASHLINE_LOG is plain or json, not {log!r}")
    return {
        "HOME": home,
        # A folder or the URL of a bucket; where none is named files lie in the home folder.
        "STORE": store,
        # Heads and counts of the record go to a second place, best on another machine or disk.
        "WITNESS": given.get("WASHLINE_WITNESS"),
        # The emergency pack for a day on paper goes there each hour: a folder of another machine.
        "PAPER_DAY_FOLDER": given.get("WASHLINE_PAPER_DAY_FOLDER"),
        # Files of vouchers go there as well, for the bookkeeping to fetch; what it puts into the
        # other folder comes in.
        "VOUCHER_FOLDER": given.get("WASHLINE_VOUCHER_FOLDER"),
        "INBOX": given.get("WASHLINE_INBOX"),
        # Orders by e-mail are fetched from there: imaps://user@host/folder.
        "MAIL_IN": mailbox(given.get("MAIL_IN_URL", "")),
        "MAIL_IN_PASSWORD_FILE": given.get("MAIL_IN_PASSWORD_FILE"),
        "SECRET_KEY": shared_secret(given) or secret(home / "secret"),
        # Empty where the application's own role has the tables.
        "OWNER_URL": owner and driver_url(owner, "WASHLINE_OWNER_URL"),
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(url),
        "MAX_CONTENT_LENGTH": 5 * 1024 * 1024,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "WTF_CSRF_TIME_LIMIT": None,
        # The company on printed documents, Chinese|English, and the address their QR codes lead to.
        "COMPANY": given.get("WASHLINE_COMPANY", "净单示范工厂|Washline demo plant"),
        "BASE_URL": given.get("WASHLINE_PRACTICE_URL" if practice else "WASHLINE_URL", ""),
        "PRACTICE": practice,
        # Where group robots may be besides the products’ own hosts: a relay of the plant, by name
        # or as http://host:port.
        "ROBOT_HOSTS": tuple(listed(given.get("WASHLINE_ROBOT_HOSTS", ""))),
        "PROXY_HOPS": int(hops),
        "LOG": log,
        # What a monitor must show; `serve` reads it, and no command needs it besides.
        "METRICS_TOKEN_FILE": given.get("WASHLINE_METRICS_TOKEN_FILE"),
        "METRICS_TOKEN": None,
        # `serve` puts there how it speaks HTTPS, where `washline https` has set that up.
        "TLS": None,
        "TRUSTED_HOSTS": listed(given.get("WASHLINE_HOSTS", "")) or (names if practice else None),
    }


def beside_the_plant(mark: Path) -> dict[str, str]:
    """The addresses of a practice copy's database where its mark names one on PostgreSQL: as those
    of the plant, which the environment has, but for the database. Raises BadSetting.
    """
    name = mark.read_text().partition("\n")[2].strip()
    if not name:
        return {}
    found = {
        setting: make_url(driver_url(os.environ[setting], setting))
        for setting in ("DATABASE_URL", "WASHLINE_OWNER_URL")
        if os.environ.get(setting)
    }
    if "DATABASE_URL" not in found or "sqlite" in {u.get_backend_name() for u in found.values()}:
        raise BadSetting(
            f"this practice copy has the database {name} on PostgreSQL; DATABASE_URL must name "
            "server and role, as for the plant"
        )
    return {
        setting: url.set(database=name).render_as_string(hide_password=False)
        for setting, url in found.items()
    }


def listed(hosts: str) -> list[str]:
    """The hosts of a setting that names them by comma."""
    return [host.strip().lower() for host in hosts.split(",") if host.strip()]


def make_home(home: Path, store: Path | str | None = None) -> None:
    """Make the home folder, for its owner only, and the folders of its store. Raises BadSetting."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in () if isinstance(store, str) else FOLDERS:
            Path(store or home, name).mkdir(exist_ok=True)
    except OSError as error:
        raise BadSetting(
            f"the home folder {home} cannot be made: {error.strerror}; name another WASHLINE_HOME"
            if not store
            else f"no folder can be made in {store}, which WASHLINE_STORE_URL names: "
            f"{error.strerror}"
        ) from None


def file_store(url: str) -> Path | str | None:
    """Return where WASHLINE_STORE_URL has files lie: a folder, the URL of a bucket, None for the
    home folder. Raises BadSetting; the sentence repeats nothing that could be a key.
    """
    if not url:
        return None
    parts = urlsplit(url)
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise BadSetting(
            "WASHLINE_STORE_URL holds a place and no more; endpoint and keys of an object store "
            "come from AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID and the like"
        )
    if parts.scheme == "file" and parts.path.strip("/") and not parts.netloc:
        folder = Path(unquote(parts.path))
        if not folder.is_dir():
            raise BadSetting(f"the folder {folder} of WASHLINE_STORE_URL is not there")
        return folder
    if parts.scheme != "s3" or not parts.netloc:
        raise BadSetting("WASHLINE_STORE_URL is file:///folder or s3://bucket/prefix")
    if find_spec("boto3") is None:
        raise BadSetting(
            "WASHLINE_STORE_URL names an object store, for which boto3 is missing: "
            "pip install boto3"
        )
    return url


def mailbox(url: str) -> str:
    """Return MAIL_IN_URL where it can be one, empty where none is named. Raises BadSetting; the
    sentence repeats nothing that could be a password.
    """
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.password is not None or parts.query or parts.fragment:
        raise BadSetting("MAIL_IN_URL holds no password: MAIL_IN_PASSWORD_FILE names its file")
    try:
        named = bool(parts.hostname and parts.username) and parts.port != 0
    except ValueError:
        named = False
    if parts.scheme not in ("imaps", "imap") or not named:
        raise BadSetting("MAIL_IN_URL is imaps://user@host/folder")
    if parts.scheme == "imap" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise BadSetting(
            "MAIL_IN_URL: imap:// is only for this machine, the password would go unencrypted; "
            "use imaps://"
        )
    return url


def put_once(new: str, path: Path) -> None:
    """Let a file stand at a path, unless one does already."""
    try:
        os.link(new, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        Path(new).replace(path)


def shared_secret(given: Mapping[str, str]) -> str:
    """Return what the file of WASHLINE_SECRET_FILE holds, which several nodes share; empty where
    none is named.

    It is never made here: a node that does not see the others' file must not go on with another.
    Raises BadSetting.
    """
    path = given.get("WASHLINE_SECRET_FILE")
    if not path:
        return ""
    try:
        found = Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise BadSetting(
            f"WASHLINE_SECRET_FILE, {path}, cannot be read: {reason}; copy the one of the other "
            f"nodes there, or make the first: openssl rand -base64 48"
        ) from None
    if len(found) < SHORTEST:
        raise BadSetting(
            f"WASHLINE_SECRET_FILE, {path}, must hold {SHORTEST} characters or more that nobody "
            f"can guess: openssl rand -base64 48"
        )
    return found


def secret(path: Path) -> str:
    """Return the installation's secret, made on first use (readable by its owner only).

    It is there whole or not at all: another process may ask at the same moment, and this one be
    killed.
    """
    if not path.exists() or not path.read_text():  # a former version could leave it empty
        path.unlink(missing_ok=True)
        handle, new = tempfile.mkstemp(dir=path.parent, prefix="secret-")
        try:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48))
            put_once(new, path)
        finally:
            Path(new).unlink(missing_ok=True)
    return path.read_text()


def metrics_token(path: str) -> str:
    """Return the token that a file of the administrator's holds. Raises BadSetting."""
    wanted = f"a line of {TOKEN_LENGTH} or more letters, digits and signs"
    try:
        token = Path(path).read_text("ascii").strip()
    except UnicodeDecodeError:
        token = ""
    except OSError as error:
        raise BadSetting(
            f"WASHLINE_METRICS_TOKEN_FILE: {path} cannot be read: {error.strerror}; it should hold "
            f"{wanted}"
        ) from None
    if len(token) < TOKEN_LENGTH or not all("!" <= sign <= "~" for sign in token):
        raise BadSetting(f"WASHLINE_METRICS_TOKEN_FILE: {path} should hold {wanted}")
    return token
