"""Provisioned products: launch, update and end them, and run their service actions, as the identity that calls.

    lookup    the product, its version, a launch path and the provisioned product, as the caller sees them
    launch    the checks of a launch against the content, then ProvisionProduct
    offer     the products, versions and launch paths that an account offers its caller
    form      what one version asks for on one launch path: parameters in groups, rules, TagOptions, outputs
    choices   the values that a parameter may have after the rules
    current   a provisioned product as it is: version, launch path, stack, values
    update    another version or other values, and what that does to its resources; then UpdateProvisionedProduct
    roll      the same for everything that was launched of a product, with roll_rules (waves) and roll_run
    ending    what a termination deletes and what protects it
    stack_import    a stack that becomes a provisioned product
    execute   the service actions of a provisioned product

Each module checks what is asked before the call that changes something, and returns AWS's record. Following the record
is `catalog.aws.provisioning`.
"""
