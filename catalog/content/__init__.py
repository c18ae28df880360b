"""Content: the files of a repository as checked values, without AWS calls."""
