"""The manners that every context's API shares: who is calling, problem documents, paging, documentation."""
