"""Metadata: what cameras, phones, people and programs wrote into a picture file.

::

    description      everything below ─▶ PictureInfo
    xmp              an XMP packet ─▶ the properties that are asked for
    text_fields      EXIF, XMP, IPTC, PNG text ─▶ one digest of the words that people wrote
    gps              EXIF or XMP ─▶ latitude and longitude in degrees
    encoding_quality the header ─▶ the quality with which the picture was encoded

A field that is missing or malformed counts as unknown; nothing here raises for the content of a
file.
"""
