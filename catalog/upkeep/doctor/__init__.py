"""`catalog doctor`: what of this machine, the repository and the account would keep a command from working.

    machine, repository, session ──► checks ──► Diagnosis, Diagnosis, …

Each check is a function that yields what it saw. It never raises an expected error and never changes anything.
"""

from catalog.upkeep.doctor.account import account_checks
from catalog.upkeep.doctor.diagnosis import Diagnosis, Health
from catalog.upkeep.doctor.machine import machine_checks
from catalog.upkeep.doctor.repository import RepositoryChecks

__all__ = ["Diagnosis", "Health", "RepositoryChecks", "account_checks", "machine_checks"]
