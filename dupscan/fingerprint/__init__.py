"""A picture file → its fingerprint."""
