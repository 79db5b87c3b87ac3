"""How many connections one address may hold and spoil, so that it keeps nobody else out.

A flood must fill neither the service's files nor the table of refusals: beyond the limits a
connection is closed unread, and that is recorded once a minute for each address.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

MOST_OPEN: Final = 400
"""Connections at once; a process may commonly hold 1,024 files."""
MOST_OF_ONE: Final = 64
"""Connections at once of one address."""
MOST_BAD: Final = 120
"""Failed handshakes of one address in a minute; it then waits for the next one."""
MINUTE: Final = 60.0


class Gate:
    """Counts by address. ``clock`` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open: WeakKeyDictionary[socket.socket, str] = WeakKeyDictionary()
        self._bad: Counter[str] = Counter()
        self._told: set[str] = set()
        self._began = clock()

    def admits(self, peer: str) -> bool:
        """Say whether one more connection of this address may come in."""
        with self._lock:
            self._turn()
            held = [address for one, address in self._open.items() if one.fileno() >= 0]
            return (
                len(held) < MOST_OPEN
                and held.count(peer) < MOST_OF_ONE
                and self._bad[peer] < MOST_BAD
            )

    def enter(self, sock: socket.socket, peer: str) -> None:
        """Count a connection until it is closed."""
        with self._lock:
            self._open[sock] = peer

    def failed(self, peer: str) -> None:
        """Count a failed handshake."""
        with self._lock:
            self._turn()
            self._bad[peer] += 1

    def first(self, peer: str) -> bool:
        """Say whether this address is turned away for the first time in this minute."""
        with self._lock:
            self._turn()
            new = peer not in self._told
            self._told.add(peer)
            return new

    def _turn(self) -> None:
        if self._clock() - self._began >= MINUTE:
            self._bad.clear()
            self._told.clear()
            self._began = self._clock()
