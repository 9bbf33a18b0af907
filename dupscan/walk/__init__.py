"""Folders ─▶ the files in them, and the companions of each picture. Read-only.

::

    roots          the folders that the user typed ─▶ Root, resolved once for a scan
    walker         roots ─▶ every regular file below them, as a FileTable
    unique_files   the names that a walk met ─▶ each real file once, with its aliases
    companions     pictures ─▶ the files beside them that belong to them

Roots are local folders today. A root of another kind, such as a bucket of object storage, is
recognised in :func:`dupscan.walk.roots.resolve_roots`, lists its files beside
:mod:`dupscan.walk.walker`, and is read in :mod:`dupscan.imaging.reading`.
"""
