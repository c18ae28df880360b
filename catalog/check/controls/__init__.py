"""Template controls: cfn-lint rules of the 9xxx range, one class and one id in each file.

This folder is the list. `catalog validate` runs the controls. cfn-lint itself runs them too, where this package is
installed: `cfn-lint --append-rules catalog/check/controls -- template.yaml`. cfn-lint loads each file here whose name
starts with a letter as a separate module; names of helper modules start with `_`.
"""
