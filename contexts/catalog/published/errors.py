"""The refusals of catalog that callers may catch: none so far, since `offers` leaves out an unknown SKU."""
