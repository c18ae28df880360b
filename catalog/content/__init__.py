"""Content: the files of a repository as checked values; nothing here calls AWS."""
