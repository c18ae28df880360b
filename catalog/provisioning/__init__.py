"""Provisioned products: launch one, and run its service actions, as the identity that calls.

    lookup    the product, its version, a launch path and the provisioned product, as the caller sees them
    launch    the checks of a launch against the content, then ProvisionProduct
    execute   the service actions of a provisioned product

Each module checks what is asked before the call that changes something, and returns AWS's record. Following the record
is `catalog.aws.provisioning`.
"""
