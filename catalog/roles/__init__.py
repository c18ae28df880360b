"""IAM roles, derived from the repository: the launch roles of products, and the roles for CI.

    versions → derive → template      launch roles: the IAM actions that the handlers of the templates' resources call
                      └→ compare      a deployed launch role compared with the derived one
    operations → publisher            roles for CI: the IAM actions that plan, publish and prune call

All functions are pure: their inputs are templates and the data that cfn-lint ships. See docs/adr/0011-launch-roles.md.
"""
