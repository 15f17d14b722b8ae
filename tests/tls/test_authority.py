"""``washline https``: who is vouched for and for how long, what is kept and who may read it, and
certificates that somebody else gave.
"""

import ssl
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from app import clock
from app.tls import authority, files, names
from tests import commands
from tests.serving import House
from tests.tls.certificates import given, handshake

DAY = timedelta(days=1)


@pytest.fixture
def plant(tmp_path):
    """A plant that is reached by two names besides the machine's own; no database."""
    plant = House(tmp_path / "home", "")
    plant.environment["WASHLINE_URL"] = "https://plant.example"
    plant.environment["WASHLINE_HOSTS"] = "plant.example, 10.20.30.40"
    return plant


def https(plant, *arguments, **environment):
    return commands.run(["https", *map(str, arguments)], {**plant.environment, **environment})


def kept(plant):
    return {path.name: path for path in (plant.home / "https").iterdir()}


def serial(path):
    return x509.load_pem_x509_certificate(path.read_bytes()).serial_number


def refused(server, name, trusted, reason):
    with pytest.raises(ssl.SSLCertVerificationError) as found:
        handshake(server, name, trusted)
    assert reason in str(found.value)


def test_the_plant_s_names_are_vouched_for_and_no_others(plant):
    answer = https(plant)
    assert answer.returncode == 0, answer.stderr
    found = kept(plant)
    root = found["authority.crt"].read_bytes()
    own = [*names.addresses(), *names.own_names(), "localhost", "127.0.0.1"]
    for name in ("plant.example", "10.20.30.40", *own):
        assert name in answer.stdout
        shown = handshake(found["server.pem"], name, root)
    lasting = ssl.cert_time_to_seconds(shown["notAfter"]) - ssl.cert_time_to_seconds(
        shown["notBefore"]
    )
    assert lasting <= 398 * 86400, "iOS takes no longer ones"
    refused(found["server.pem"], "other.example", root, "not valid for 'other.example'")
    refused(found["server.pem"], "plant.example", None, "unable to get local issuer certificate")
    printed = "".join(answer.stdout.split())
    fingerprint = authority.fingerprint(x509.load_pem_x509_certificate(root))
    assert fingerprint.replace(":", "") in printed


def test_a_stolen_key_impersonates_nobody_else(plant, monkeypatch):
    https(plant)
    found, stolen = kept(plant), plant.home / "stolen.pem"
    root = found["authority.crt"].read_bytes()
    for name in ("bank.example", "10.9.9.9"):
        monkeypatch.setattr(authority, "names_of", lambda _, name=name: [name])
        stolen.write_bytes(authority.certify(found["signing.pem"].read_bytes(), clock.now()))
        refused(stolen, name, root, "permitted subtree violation")


def test_keys_are_read_by_the_owner_only_and_the_root_s_is_not_kept(plant):
    https(plant)
    found = kept(plant)
    modes = {name: path.stat().st_mode & 0o777 for name, path in found.items()}
    assert modes == {"authority.crt": 0o644, "signing.pem": 0o600, "server.pem": 0o600}
    assert (plant.home / "https").stat().st_mode & 0o777 == 0o700
    root = x509.load_pem_x509_certificate(found["authority.crt"].read_bytes()).public_key()
    held = [
        authority.private_key(path.read_bytes()).public_key()
        for name, path in found.items()
        if name.endswith(".pem")
    ]
    assert len(held) == 2 and root not in held


def test_root_leaves_the_files_to_whose_home_it_is(plant):
    plant.home.mkdir()
    if subprocess.run(["chown", "12345:12345", plant.home], capture_output=True).returncode:
        pytest.skip("only root can hand files over")
    https(plant)
    owners = {path.stat().st_uid for path in [*kept(plant).values(), plant.home / "https"]}
    assert owners == {12345}


def test_it_is_renewed_in_time_and_what_devices_trust_stays(plant):
    plant.home.mkdir()
    now, due = clock.now(), authority.SERVER - authority.RENEWED
    files.make(plant.home, ["plant.example"], "Us", now - due - DAY, anew=False)
    found = kept(plant)
    root, first = found["authority.crt"].read_bytes(), serial(found["server.pem"])
    files.renew(plant.home, now - 2 * DAY)
    assert serial(found["server.pem"]) == first
    files.renew(plant.home, now)
    assert serial(found["server.pem"]) != first and found["authority.crt"].read_bytes() == root
    handshake(found["server.pem"], "plant.example", root)
    shown = files.current(plant.home)
    assert shown.runs_out_soon(now + 10 * authority.SERVER) is None
    assert shown.runs_out_soon(shown.root.until - 100 * DAY) == shown.root.until.date()


def test_other_names_take_another_authority(plant):
    https(plant)
    root = kept(plant)["authority.crt"].read_bytes()
    more = {"WASHLINE_HOSTS": "plant.example,new.example"}
    answer = https(plant, **more)
    assert "Not as new.example" in answer.stdout and "--new-authority" in answer.stdout
    assert kept(plant)["authority.crt"].read_bytes() == root
    assert "Not as" not in https(plant, "--new-authority", **more).stdout
    another = kept(plant)["authority.crt"].read_bytes()
    handshake(kept(plant)["server.pem"], "new.example", another)
    refused(kept(plant)["server.pem"], "plant.example", root, "certificate")


@pytest.mark.parametrize("hosts", [".example", "two words", "a..b"])
def test_what_is_no_name_of_a_host_is_told(plant, hosts):
    answer = https(plant, WASHLINE_HOSTS=hosts)
    assert answer.returncode == 1 and "WASHLINE_HOSTS" in answer.stderr
    assert not (plant.home / "https").exists()


def test_behind_a_proxy_it_is_the_proxy_s(plant):
    assert "proxy" in https(plant, WASHLINE_PROXY_HOPS="1").stderr


def test_a_given_certificate_is_served_until_the_own_one_is_wanted_again(plant, tmp_path):
    https(plant)
    root = kept(plant)["authority.crt"].read_bytes()
    certificate, key, others = given(tmp_path, clock.now(), "plant.example")
    answer = https(plant, "--certificate", certificate, "--key", key)
    assert "plant.example" in answer.stdout and "not hold for 10.20.30.40" in answer.stdout
    shown = files.current(plant.home)
    assert shown.root is None and shown.file.stat().st_mode & 0o777 == 0o600
    handshake(shown.file, "plant.example", others)
    assert shown.runs_out_soon(shown.until - 31 * DAY) is None
    assert shown.runs_out_soon(shown.until - 29 * DAY) == shown.until.date()
    https(plant)
    assert files.current(plant.home).root.pem == root
    https(plant, "--off")
    assert files.current(plant.home) is None
    https(plant)
    assert files.current(plant.home).root.pem == root, "the devices still trust it"


def encrypted(folder, key):
    locked = folder / "locked.key"
    command = ["openssl", "pkey", "-in", key, "-aes256", "-passout", "pass:x", "-out", locked]
    subprocess.run(command, check=True)
    return locked


def test_a_certificate_that_cannot_be_served_is_refused_in_a_sentence(plant, tmp_path):
    certificate, key, _ = given(tmp_path, clock.now(), "plant.example")
    old, old_key, _ = given(tmp_path, clock.now() - 2 * authority.SERVER, "old.example")
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("no certificate")
    for pair, reason in (
        ((certificate, old_key), "the key does not belong to the certificate (of plant.example)"),
        ((old, old_key), "which is not now"),
        ((nothing, key), "holds none in PEM"),
        ((certificate, nothing), "holds none in PEM"),
        ((certificate, encrypted(tmp_path, key)), "protected by a password"),
        ((certificate, None), "needs both"),
    ):
        options = zip(("--certificate", "--key"), pair, strict=True)
        answer = https(plant, *(word for option in options if option[1] for word in option))
        assert answer.returncode == 1 and reason in answer.stderr, answer.stderr
        assert answer.stderr.count("\n") == 1
    assert not (plant.home / "https").exists()
    assert https(plant, "--certificate", Path("/nowhere"), "--key", key).returncode == 2
