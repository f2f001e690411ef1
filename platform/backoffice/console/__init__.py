"""The message console: how all boxes are doing, their messages and what an operator does with them, whole stories."""
