"""The figures of the National Pension Act, as kept under ``law/parameters``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kokunen.rulekit.figures import Figures

FIGURES: Final = Figures(Path(__file__).parent / "parameters")
