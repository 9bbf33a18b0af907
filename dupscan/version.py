"""Version of dupscan. A room of its own, so that no room imports the public API above it."""

__version__ = "0.1.0"
