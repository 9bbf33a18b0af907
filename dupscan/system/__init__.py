"""The operating system: files written whole, locks, cores, signals, priority, page cache."""
