"""dupscan finds duplicate pictures in a folder tree and explains how sure it is of each."""

from dupscan.version import __version__ as __version__
