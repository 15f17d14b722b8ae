"""The plants of the flow tests serve here too: pages are looked at where real actions have brought the records."""

from tests.flow.conftest import everywhere, planted, standing, walk, walked

__all__ = ["everywhere", "planted", "standing", "walk", "walked"]
