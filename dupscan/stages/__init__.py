"""The stages of a scan that use store, workers and progress."""
