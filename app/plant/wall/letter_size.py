"""How large the letters of a wall display must be to be read from where people stand."""

from __future__ import annotations

from math import ceil

# Letters in hundredths of the screen's height: below it looks empty, beyond a line's card finds no
# room.
SMALLEST, LARGEST = 2.4, 6.1


def letters(distance: int, diagonal: int) -> float:
    """Letters for a reader at ``distance`` (m) of a screen of 16:9 with this ``diagonal``
    (inch), in hundredths of the screen's height: capitals are as high as the distance divided by
    200 (ux.md), a capital is 0.72 of its letter size, the height 0.49 of the diagonal.
    """
    return distance * 1000 / 200 / (diagonal * 25.4 * 0.4903) * 100 / 0.72


def least_diagonal(distance: int) -> int:
    """The smallest screen (inch) on which letters for this distance (m) leave room for what is
    shown.
    """
    return ceil(letters(distance, 1) / LARGEST)
