"""Generator of sessions with known truth: demo data for users, oracle for tests. Shares no code with `analysis`."""
