"""The installation's secret: one for all its processes, whole or not at all."""

import os
import secrets

import pytest

from app.config import secret


def test_it_is_made_once_for_its_owner_alone(tmp_path):
    made = secret(tmp_path / "secret")
    assert len(made) >= 48 and secret(tmp_path / "secret") == made
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_of_two_that_make_it_at_once_the_first_one_s_holds(tmp_path, monkeypatch):
    def slow(size):
        assert not (tmp_path / "secret").exists(), "it was there before it was written"
        (tmp_path / "secret").write_text("the other's")
        return "mine"

    monkeypatch.setattr(secrets, "token_urlsafe", slow)
    assert secret(tmp_path / "secret") == "the other's"


def test_where_it_cannot_be_written_nothing_is_left(tmp_path, monkeypatch):
    def full(size):
        raise OSError("no space left on device")

    with monkeypatch.context() as trouble:
        trouble.setattr(secrets, "token_urlsafe", full)
        with pytest.raises(OSError, match="no space"):
            secret(tmp_path / "secret")
    assert not list(tmp_path.iterdir())
    assert secret(tmp_path / "secret")


def test_an_empty_one_of_a_former_version_is_made_anew(tmp_path):
    (tmp_path / "secret").touch()
    assert len(secret(tmp_path / "secret")) >= 48


def test_a_file_system_without_links_will_do(tmp_path, monkeypatch):
    def unknown(*_):
        raise PermissionError("links are unknown here")

    monkeypatch.setattr(os, "link", unknown)
    assert secret(tmp_path / "secret") == secret(tmp_path / "secret")
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]
