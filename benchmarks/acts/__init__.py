"""What is lost when a pass that acts is killed or disturbed: ``python -m benchmarks.acts``.

::

    python -m benchmarks.acts --kills 600 --folder /tmp/some/disk

A small tree with a plan is made (:mod:`.grove`), and the plan carried out, undone or purged by the
code that users run, in a process of its own (:mod:`.runs`) whose calls that change something are
watched from outside (:mod:`.calls`). After one of them it is killed (:mod:`.kills`), or at one of
them another program puts something else in the place of its files (:mod:`.adversary`). What is
there then is held against what was there before (:mod:`.signs`).
"""
