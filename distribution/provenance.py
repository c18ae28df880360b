"""Where the files of a distribution come from: an in-toto statement with SLSA's provenance, unsigned.

Sources: in-toto attestation framework, "Statement" v1; SLSA v1.0, "Provenance" (slsa.dev/provenance/v1). A statement
proves nothing until a build service signs it: docs/security.md says how CI does. So the builder names itself unsigned,
and whoever verifies must require the builder that has signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

BUILDER = "urn:catalog:make-dist:unsigned"
BUILD_TYPE = "urn:catalog:make-dist:v1"
"""`make dist` in a checkout of the commit, after `make` has installed requirements.lock."""


def statement(digests: Mapping[str, str], commit: str, inputs: Mapping[str, str], epoch: int) -> dict[str, Any]:
    """The statement for files by their SHA-256, built from a commit with the given files as further inputs."""
    committed = datetime.fromtimestamp(epoch, UTC).isoformat().replace("+00:00", "Z")
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in sorted(digests.items())],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": {"commit": commit, "command": "make dist"},
                "internalParameters": {"SOURCE_DATE_EPOCH": committed},
                "resolvedDependencies": [
                    {"name": "source", "digest": {"gitCommit": commit}},
                    *({"name": name, "digest": {"sha256": digest}} for name, digest in sorted(inputs.items())),
                ],
            },
            "runDetails": {"builder": {"id": BUILDER}},
        },
    }
