"""Mails as a test writes them, and the demo's five."""

from pathlib import Path

EMAILS = Path(__file__).parents[2] / "app/demo/data/emails"
DEMO = {path.name[:2]: path.read_bytes() for path in sorted(EMAILS.glob("*.eml"))}


def mail(text, *, subject="订单", sender="orders@haitang.example", number="", **more):
    """A plain mail; ``more`` are further headers by their names, ``_`` for ``-``."""
    heads = {"From": sender, "To": "orders@chengguang.example", "Subject": subject}
    heads |= {"Message-ID": f"<{number}@test>"} if number else {}
    heads |= {name.replace("_", "-"): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in heads.items())
    return f"{head}\r\n{text}\r\n".encode()
