"""Files for a new repository, product, portfolio or control. Their texts are in files/. No existing file is lost."""
