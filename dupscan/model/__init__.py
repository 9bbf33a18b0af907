"""The frozen values that travel from stage to stage. Nothing here opens a file."""
