"""Operations of services that moto lacks, or in which it leaves something out."""
