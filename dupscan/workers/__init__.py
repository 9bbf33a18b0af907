"""Executors: they run a function over many tasks, in this process or in worker processes."""
