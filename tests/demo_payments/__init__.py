"""The demo's payment provider, called as the shop's servers and a shopper's browser call it."""
