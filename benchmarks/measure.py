"""How two ways are compared: in turn, A B A B, so that a busy moment of the machine slows both."""

import time
from collections.abc import Callable
from statistics import median

ROUNDS = 15


def timed(action: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def pair(
    name: str, ours: Callable[[], object], bare: Callable[[], object], rounds: int = ROUNDS
) -> None:
    """Time two actions in turn after one warm-up each, and print their medians and ratio."""
    ours(), bare()
    times = [(timed(ours), timed(bare)) for _round in range(rounds)]
    a, b = (median(column) * 1000 for column in zip(*times, strict=True))
    print(f"{name:58} {a:9.1f} ms {b:9.1f} ms   ratio {a / b:5.2f}")
