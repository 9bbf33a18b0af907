"""Metadata: what cameras, phones, people and programs wrote into a picture file.

::

    description      everything below ─▶ PictureInfo
    blocks           a picture ─▶ its EXIF, XMP, IPTC and PNG texts, which the next four read
    times            ─▶ the time of capture
    gps              ─▶ latitude and longitude in degrees
    ratings          ─▶ stars, labels and flags
    text_fields      ─▶ one digest of the words that people wrote
    xmp              an XMP packet ─▶ the properties that are asked for
    iptc             IPTC ─▶ its data sets
    containers       a file ─▶ the blocks that Pillow does not pass on
    encoding_quality the header ─▶ the quality with which the picture was encoded

A field that is missing or malformed counts as unknown; nothing here raises for the content of a
file.
"""
