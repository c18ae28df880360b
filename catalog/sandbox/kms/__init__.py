"""KMS of the sandbox: moto's keys, with AWS's checks and the Denies of key policies."""
