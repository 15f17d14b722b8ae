"""A tree to change, for each recipe."""

import pytest

from tests.recipes.copied import CopiedTree


@pytest.fixture
def tree(tmp_path):
    return CopiedTree(tmp_path)
