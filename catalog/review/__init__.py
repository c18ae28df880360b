"""What a change of a repository does: from two trees of its files to a `Review`, of which there are several forms.

The comparisons of the parts (parameters, access, rules, roles) work on values, and each of them shows one version as
well: without an older one nothing is marked.
"""
