"""What people, cameras and telephones wrote into a picture, besides its EXIF numbers.

Kept apart from :mod:`dupscan.metadata`, which says what all of it amounts to, because each of these
has a language of its own::

    xmp    a packet of XMP ─▶ the properties that are asked for
    notes  EXIF, XMP, IPTC, PNG text ─▶ one digest of the words that people wrote
    place  EXIF or XMP ─▶ degrees
    film   whether a photograph holds its film too

Whatever is missing or malformed is not known; nothing here raises for what is in a file.
"""

from dupscan.said.film import holds_film
from dupscan.said.notes import notes
from dupscan.said.place import position
from dupscan.said.xmp import RATING, TIMES, Properties, properties

__all__ = ["RATING", "TIMES", "Properties", "holds_film", "notes", "position", "properties"]
