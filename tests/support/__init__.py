"""Helpers that tests share: libraries to act on, slow and odd disks, tasks for workers."""
