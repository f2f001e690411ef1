"""The provider that stands in for a real one: asked as the shop asks it, and as a shopper's browser does."""
