"""dupscan finds duplicate pictures in a folder tree and explains how sure it is of each."""

__version__ = "0.1.0"
