"""The city's site (市区町村 国民年金担当)."""

from kokunen.sites.base import *  # noqa: F403 - settings are inherited by name
