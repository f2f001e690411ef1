"""The refusals of catalog that callers may catch: none so far, since an unknown SKU is just not offered."""
