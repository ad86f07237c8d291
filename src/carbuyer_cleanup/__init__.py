"""Tears down the AWS resources of the CarBuyer workshop and proves that they are gone."""

__version__ = "0.1.0"
