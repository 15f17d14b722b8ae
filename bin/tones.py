"""Make the sound of a new anomaly: three short tones, each swelling and fading so that it does not
click. The result is the same bytes every time.
"""

import math
import struct
import wave
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "static/sound/anomaly.wav"
TONES = ((880, 0.0), (660, 0.18), (880, 0.36))  # hertz, and when (seconds)
SWELLS, FADES, LASTS = 0.02, 0.15, 0.52
LOUDEST, QUIETEST = 0.2, 0.0001
RATE = 16_000


def volume(age: float) -> float:
    """How loud a tone is so long after its beginning."""
    if not 0 <= age < FADES:
        return 0
    risen = age / SWELLS if age < SWELLS else 1 - (age - SWELLS) / (FADES - SWELLS)
    return QUIETEST * (LOUDEST / QUIETEST) ** risen


def at(moment: float) -> float:
    return sum(
        volume(moment - start) * math.sin(2 * math.pi * pitch * (moment - start))
        for pitch, start in TONES
    )


def main() -> None:
    samples = [round(at(n / RATE) * 32_767) for n in range(int(LASTS * RATE))]
    FILE.parent.mkdir(exist_ok=True)
    with wave.open(str(FILE), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


if __name__ == "__main__":
    main()
