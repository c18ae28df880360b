"""StackSets with service-managed permissions: CloudFormation deploys a stack into accounts of the organization.

Source: CloudFormation User Guide, "StackSets concepts", "StackSets status codes" and "Create StackSets with
service-managed permissions"; its API Reference. moto keeps stack sets with self-managed permissions.
"""
