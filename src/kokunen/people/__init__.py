"""The register: persons, households and what is known about them, each fact with its period."""
