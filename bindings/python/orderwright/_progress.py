"""The bar that `progress=True` shows."""

from __future__ import annotations

from typing import Any

from tqdm import tqdm


class Bar:
    """A progress bar of orders on stderr. Call it with (done, total)."""

    def __init__(self, total: int) -> None:
        self._bar: tqdm[Any] = tqdm(total=total, unit=" orders", dynamic_ncols=True)

    def __call__(self, done: int, total: int) -> None:
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Ends the line of the bar."""
        self._bar.close()
