"""IAM roles as derived from content: the launch roles of products, and the role of the publisher.

    versions → derive → template          the launch role: what the handlers of the templates' resources may call
                    └─► compare           … against what is deployed
    operations → publisher                the role of CI: what `plan` and `publish` call

Everything here is a pure function of templates and of the data that cfn-lint ships. docs/adr/0011-launch-roles.md.
"""
