"""Folders → the files in them."""
