"""The journal of runs: what each command did to AWS, as JSON Lines in the user's state folder."""
