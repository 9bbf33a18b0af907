"""A picture file ─▶ its fingerprint.

::

    one_file          one file ─▶ Fingerprint, Known, Failure or PassedOver, in a worker process
    phash             a small grey picture ─▶ perceptual hashes of the picture and of all its views
    features          the working picture ─▶ histogram, small planes, detail, greyscale or not
    look              traits and likeness ─▶ the arrays that confirm compares
    metadata          the picture ─▶ PictureInfo: size, time, place, camera data
    signature         the versions of all that fingerprints depend on, in one line

Two measures need the picture decoded in full, and are made for few files only::

    pixel_digest      one file ─▶ a digest of its exact pixels; two files ─▶ where they differ
    detail_spectrum   one file ─▶ the spectrum of its detail, which shows an enlargement
"""
