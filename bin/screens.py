"""Make the README's screenshots again, from a freshly played demo plant:
docs/screens/{board,card,home,display}.png; and of an empty plant: docs/screens/start.png.
"""

import io
import logging
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from sqlalchemy import select

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.extensions import db  # noqa: E402
from app.models.production.production_order import ProductionOrder  # noqa: E402
from app.storage import schema  # noqa: E402
from tests import application  # noqa: E402
from tests.browser.chromium import launch  # noqa: E402
from tests.browser.plant import Plant, door_of, served, unprinted_plant  # noqa: E402
from tests.browser.test_display import paired  # noqa: E402
from tests.staff import make_user  # noqa: E402

SIZE = {"width": 1440, "height": 900}
WALL = {"width": 1920, "height": 1080}
COLOURS = 128  # a palette keeps a picture small; the pages have few colours


def pages(app):
    """Name of the picture, who looks, and at what."""
    with app.app_context():
        running = db.session.scalars(
            select(ProductionOrder).where(ProductionOrder.stage == "running")
        ).first()
        return (
            ("home", "head1", "/"),
            ("board", "operator1", "/production/"),
            ("card", "inspector1", f"/quality/{running.ref}"),
        )


def main():
    folder = ROOT / "docs/screens"
    folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = launch(playwright)
        with served(unprinted_plant(Path(home)), Path(home), browser) as plant:
            app, url = plant.app, plant.url
            for name, login, address in pages(app):
                context = browser.new_context(
                    viewport=SIZE, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=url
                )
                context.add_cookies([plant.cookie_of(login, "zh_Hans_CN")])
                page = context.new_page()
                page.goto(address)
                page.wait_for_selector("html[data-ready]")
                page.locator(".today.awaited").wait_for(state="detached")
                (folder / f"{name}.png").write_bytes(small(page.screenshot()))
                context.close()
            page = browser.new_context(
                viewport=WALL, base_url=url, reduced_motion="reduce"
            )  # the flash is half the time away
            page.add_cookies([paired(app, url, layouts=["plant"], seconds=5, distance=3)])
            wall = page.new_page()
            wall.goto("/display/")
            wall.wait_for_selector("html[data-ready] .lines")  # the page after the figures
            (folder / "display.png").write_bytes(small(wall.screenshot()))
            page.close()
        first_steps(browser, Path(home) / "empty", folder)
        browser.close()


def first_steps(browser, home, folder):
    """The first page of a plant that holds nothing but its administrator."""
    home.mkdir()
    app = application.build(f"sqlite:///{home}/washline.sqlite3", HOME=home)
    with app.app_context():
        schema.prepare(app)
    make_user(app, "admin", login="admin", name="李样")
    plant = Plant(app, door_of(app).url)
    context = browser.new_context(viewport=SIZE, locale="zh-CN", base_url=plant.url)
    context.add_cookies([plant.cookie_of("admin", "zh_Hans_CN")])
    page = context.new_page()
    page.goto("/admin/start/")
    page.wait_for_selector("html[data-ready]")
    (folder / "start.png").write_bytes(small(page.screenshot()))
    context.close()
    application.close(app)


def small(picture):
    """The same picture with a palette."""
    from PIL import Image  # noqa: PLC0415 – only where pictures are reduced

    out = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


if __name__ == "__main__":
    main()
