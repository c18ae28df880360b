"""Quotas of CloudFormation (user guide, "Understand CloudFormation quotas")."""

from __future__ import annotations

RESOURCES, PARAMETERS, OUTPUTS = 500, 200, 200
"""Of a template."""
OPERATION = 2_500
"""Resources that the nested stacks of a root create, update or delete in one operation."""
TEMPLATE_BYTES = 1_048_576
"""Of a template in S3: 1 MB."""
