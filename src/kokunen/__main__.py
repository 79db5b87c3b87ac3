"""``python -m kokunen`` is ``kokunen``."""

import sys

from kokunen.cli import main

sys.exit(main())
