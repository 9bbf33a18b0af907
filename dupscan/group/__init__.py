"""Matches → groups of duplicates."""
