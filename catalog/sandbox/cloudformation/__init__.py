"""CloudFormation of the sandbox: a safe template parser, a stack engine with rollback, and change sets."""
