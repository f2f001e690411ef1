"""Where allauth, which does the signing up and signing in, is fitted to this context."""
