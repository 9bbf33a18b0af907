"""Candidates → matches, each with its evidence."""

from dupscan.confirm.difference import aligned_difference
from dupscan.confirm.explain import explain
from dupscan.confirm.histogram import histogram_rms
from dupscan.confirm.verdict import confirm

__all__ = ["aligned_difference", "confirm", "explain", "histogram_rms"]
