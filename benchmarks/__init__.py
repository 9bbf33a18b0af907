"""Measurements that anyone can repeat on a library of pictures whose duplicates are known.

::

    python -m benchmarks.calibration LIBRARY    what each measure tells, and which cutoffs suit
    python -m benchmarks.ablation LIBRARY       what each part of a scan is good for

LIBRARY is a folder of pictures with a ``manifest.json``: an object that maps the relative path of
each picture to ``{"group": id, "transform": name}``. Pictures of one group are versions of one
picture; the transform of the first is ``original``, that of a picture that has no version is
``negative``. What is measured goes to ``benchmarks/results``, with the day and the machine.
"""
