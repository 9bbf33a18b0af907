"""Measurements that anyone can repeat.

On a library of pictures whose duplicates are known, how right the answers are::

    python -m benchmarks.calibration LIBRARY    the cutoffs that suit a labelled library
    python -m benchmarks.ablation LIBRARY       what each part of a scan is good for
    python -m benchmarks.correctness LIBRARY    how right other programs are
    python -m benchmarks.family                 what would go of a family's pictures

LIBRARY is a folder of pictures with a ``manifest.json``: an object that maps the relative path of
each picture to ``{"group": id, "transform": name}``. Pictures of one group are versions of one
picture; the transform of the first is ``original``, that of a picture that has no version is
``negative``. What is measured goes to ``benchmarks/results``, with the day and the machine.

On any folder of pictures, how fast they come::

    python -m benchmarks.pictures PHOTOS OUT --kind big     makes such folders
    python -m benchmarks.scan FOLDER                        a first scan, beside other tools
    python -m benchmarks.rescan FOLDER                      a scan when nothing has changed
    python -m benchmarks.kills FOLDER                       what a kill loses
    python -m benchmarks.slow_disk FOLDER                   a disk that is slower than the decoders
    python -m benchmarks.decoding FOLDER                    what scaled decoding costs in exactness

On files of cameras and other programs, what a plan would lose::

    python -m benchmarks.pairs SET --build sample_library --real FOLDER    makes pairs
    python -m benchmarks.pairs SET                                         judges them

And with nothing at all::

    python -m benchmarks.index                              all near pairs of many hashes
    python -m benchmarks.memory                             a scan of a million known files
    python -m benchmarks.acting                             a pass of 100,000 rows
    python -m benchmarks.acts                               passes that are killed, and meddled with
    python -m benchmarks.damaged_stores                     scans with damaged stores
    python -m benchmarks.documents                          documents that differ in one digit

These print their result, and write it where ``-o FILE`` says. Each tells more with ``--help``.
``memory``, ``rescan``, ``kills``, ``acting``, ``acts`` and the dropping of the page cache are for
Linux.
"""
