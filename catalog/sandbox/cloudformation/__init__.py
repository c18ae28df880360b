"""CloudFormation of the sandbox: a safe template parser, a stack engine with rollback, and change sets."""

from catalog.sandbox import late_parsing

late_parsing.install()  # before anything of moto's CloudFormation is imported
