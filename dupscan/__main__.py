"""``python -m dupscan``: the same door as the ``dupscan`` command."""

from dupscan.cli import main

if __name__ == "__main__":
    main()
