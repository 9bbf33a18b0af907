"""Pairs of files, one of which holds more than the other: ``python -m benchmarks.pairs``.

::

    python -m benchmarks.pairs SET --build sample_library --real FOLDER    make the pairs
    python -m benchmarks.pairs SET                                         judge them

FOLDER holds real files of cameras and programs, in any folders. From each file that can be compared
something is taken away (:mod:`.real`): cut out of the bytes (:mod:`.cuts`), or lost by saving the
file again (:mod:`.resaves`). Into photographs of ours are written, in their true syntax, the things
that real files are hard to find for (:mod:`.made`). Controls lose nothing (:mod:`.controls`). Each
pair is scanned and planned in eight ways (:mod:`.judge`): at ``pixels`` and at ``picture``, with
the richer file the older or the younger one, with the report's own keeper and with ``--keep
under:`` the poorer. Right is a plan that never removes the richer file in favour of the poorer.
"""
