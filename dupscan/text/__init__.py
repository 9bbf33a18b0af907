"""Text: paths, quantities, JSON, and the files that people write by hand."""
